// SPDX-License-Identifier: Apache-2.0
export * from './description';
export * from './initramfs';
export * from './kernel';
export * from './module';
export * from './module-test';
