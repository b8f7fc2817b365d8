// SPDX-License-Identifier: Apache-2.0
export * from './compare-folders';
export * from './difference';
export * from './place';
