// SPDX-License-Identifier: Apache-2.0
export { CATALOGUE } from './catalogue';
export { contentOf, contentOfProgram, filesOfContent, type ToolContent } from './content';
export * from './external-nodes';
export { HOST_TOOLS, requireHostTools } from './host-tools';
export * from './identity';
export * from './manifest';
export { DPKG_DATABASE, PackageDatabase } from './packages';
export { COMPILED_PYTHON, ToolState } from './state';
export { findOnPath, isFilePin, locateTool } from './locate';
export { loadManifest } from './load-manifest';
export { howToInstall } from './how-to-install';
export * from './reference';
export { refuseUnknownSeries, requireTool, type Tool } from './require-tool';
