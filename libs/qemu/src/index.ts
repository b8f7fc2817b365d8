// SPDX-License-Identifier: Apache-2.0
export * from './described-machine';
export * from './machine';
export * from './memory-map';
export * from './qmp';
export * from './session';
export { GdbClient } from './gdb';
export { runInteractively, type QemuCommand } from './process';
export { SerialLog } from './serial-log';
