// SPDX-License-Identifier: Apache-2.0
export * from './faults';
export * from './load-yaml';
export type { Schema } from './validator';
