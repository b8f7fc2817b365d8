// SPDX-License-Identifier: Apache-2.0
export * from './dependency-file';
export * from './environment';
export * from './error';
export * from './full-disk';
export * from './group';
export { isGuard } from './guard';
export * from './life';
export * from './lines';
export * from './printable';
export * from './private-folder';
export * from './reads';
export * from './run-tool';
