// SPDX-License-Identifier: Apache-2.0
export * from './archive';
export * from './bundle';
export * from './fit';
export * from './members';
