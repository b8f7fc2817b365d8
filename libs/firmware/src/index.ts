// SPDX-License-Identifier: Apache-2.0
export * from './drivers';
export * from './kind';
export * from './make-firmware';
