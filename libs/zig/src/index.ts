// SPDX-License-Identifier: Apache-2.0
export * from './build';
export * from './command';
export * from './test-run';
export * from './package';
export * from './reads';
export * from './run-tests';
