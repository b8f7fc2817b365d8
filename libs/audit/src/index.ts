// SPDX-License-Identifier: Apache-2.0
export * from './compare';
export * from './declared';
export * from './outside';
export * from './strace';
