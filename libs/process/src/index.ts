// SPDX-License-Identifier: Apache-2.0
export * from './environment';
export * from './error';
export * from './group';
export * from './lines';
export * from './run-tool';
