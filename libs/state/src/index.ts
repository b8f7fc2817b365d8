// SPDX-License-Identifier: Apache-2.0
export * from './kept-state';
export * from './lock';
