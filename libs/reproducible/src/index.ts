// SPDX-License-Identifier: Apache-2.0
export * from './circumstances';
export * from './compare-folders';
export * from './difference';
export * from './edit';
export * from './place';
