// SPDX-License-Identifier: Apache-2.0
export * from './digest';
export * from './magic';
export * from './staging';
