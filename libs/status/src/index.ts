// SPDX-License-Identifier: Apache-2.0
export * from './components';
export * from './read';
export * from './row';
export * from './table';
