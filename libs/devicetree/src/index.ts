// SPDX-License-Identifier: Apache-2.0
export { KERNEL_BINDINGS, type BindingOptions, type BindingTools } from './bindings';
export * from './board';
export * from './cell';
export * from './check';
export type { IonWindowAbi } from './check-guest';
export { TOOLS_ON_PATH, type DeviceTreeTools } from './compile';
export * from './device-trees';
export * from './read-back';
export * from './windows';
