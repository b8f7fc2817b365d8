// SPDX-License-Identifier: Apache-2.0
export * from './compile-check';
export * from './description';
export type { IonLayout } from './emit-json';
export * from './generate';
export * from './layout-listing';
export * from './load';
export * from './ring-table';
