// SPDX-License-Identifier: Apache-2.0
export * from './examine';
export * from './findings';
export * from './parse';
export * from './size-report';
export * from './strip-numbered';
