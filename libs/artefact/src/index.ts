// SPDX-License-Identifier: Apache-2.0
export * from './arm64-image';
export * from './digest';
export * from './magic';
export * from './own-files';
export * from './seals';
export * from './staging';
