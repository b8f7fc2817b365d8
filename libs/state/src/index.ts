// SPDX-License-Identifier: Apache-2.0
export * from './bring-up-to-date';
export * from './kept-state';
export * from './lock';
export * from './state-folder';
