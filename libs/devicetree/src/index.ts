// SPDX-License-Identifier: Apache-2.0
export { KERNEL_BINDINGS, type BindingOptions, type BindingTools } from './bindings';
export * from './board';
export * from './cell';
export * from './check';
export type { IonWindowAbi } from './check-guest';
export { TOOLS_ON_PATH, type DeviceTreeTools } from './compile';
export * from './device-trees';
export { interruptsOf, type Interrupt } from './interrupts';
export * from './read-back';
export type { TreeNode } from './whole-tree';
export * from './windows';
