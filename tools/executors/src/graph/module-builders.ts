// SPDX-License-Identifier: Apache-2.0
import type { InitramfsFacts, KernelFacts, ModuleFacts, WorkspaceFacts } from './facts';
import { kernelsOfModule, type NamingFault } from './kernel-of';

/** The projects whose Kbuild builds a module: for several kernels there may be several, one for each. */
export function buildersOf({ modules }: WorkspaceFacts, module: string): ModuleFacts[] {
  return modules.filter((known) => known.modules.includes(module));
}

/** Whether a module is built for a kernel. */
export function isFor(facts: WorkspaceFacts, module: ModuleFacts, kernel: KernelFacts): boolean {
  return kernelsOfModule(facts, module).kernels.includes(kernel);
}

/** Of those that build a module, the ones that something for a kernel can take it from. */
export function buildersFor(facts: WorkspaceFacts, module: string, kernel: KernelFacts): ModuleFacts[] {
  const builders = buildersOf(facts, module);
  const fitting = builders.filter((known) => isFor(facts, known, kernel));
  // Of the only one, whose kernel is not known, its own target tells.
  const untold = builders.filter(
    (known) => builders.length === 1 && kernelsOfModule(facts, known).kernels.length === 0,
  );
  return fitting.length > 0 ? fitting : untold;
}

/** Refuses an initramfs that takes a module for another kernel, or one that several Kbuilds build for its own. */
export function takenModulesFault(
  facts: WorkspaceFacts,
  { name, file, modules }: InitramfsFacts,
  kernel: KernelFacts,
): NamingFault | undefined {
  const what = `the initramfs ${name}`;
  const isForeign = (module: string) =>
    buildersOf(facts, module).length > 0 && buildersFor(facts, module, kernel).length === 0;
  const isAmbiguous = (module: string) => buildersFor(facts, module, kernel).length > 1;
  const keyOf = (module: string | undefined) => `modules.${modules.findIndex((known) => known === module)}`;
  const foreign = modules.filter(isForeign);
  if (foreign.length > 0) {
    const builders = foreign.flatMap((module) => buildersOf(facts, module));
    return { file, key: keyOf(foreign.at(0)), ...foreignSummary(facts, what, kernel, [...new Set(builders)]) };
  }
  const ambiguous = modules.find(isAmbiguous);
  if (ambiguous === undefined) return undefined;
  const files = buildersFor(facts, ambiguous, kernel).map((builder) => builder.file);
  return {
    file,
    key: keyOf(ambiguous),
    summary: `${what} takes the module ${ambiguous}, built for the kernel ${kernel.name} by ${files.join(' and by ')}`,
    expected: 'one of them, or each for a kernel of its own',
  };
}

/** Refuses a module that uses another one for another kernel. */
export function foreignSymbolsFault(
  facts: WorkspaceFacts,
  module: ModuleFacts,
  kernel: KernelFacts,
  used: readonly ModuleFacts[],
): NamingFault | undefined {
  const foreign = used.filter(
    (known) => kernelsOfModule(facts, known).kernels.length > 0 && !isFor(facts, known, kernel),
  );
  if (foreign.length === 0) return undefined;
  return {
    file: module.file,
    line: module.line,
    ...foreignSummary(facts, `the module ${module.name}`, kernel, foreign),
  };
}

function foreignSummary(
  facts: WorkspaceFacts,
  what: string,
  kernel: KernelFacts,
  foreign: readonly ModuleFacts[],
): Pick<NamingFault, 'summary' | 'expected'> {
  const named = foreign.map((module) => {
    const others = kernelsOfModule(facts, module).kernels.map(({ name }) => name);
    return `${module.name} for ${others.join(' and ') || 'none'}`;
  });
  return {
    summary: `${what} is for the kernel ${kernel.name}, but takes ${named.join(', ')}`,
    expected: 'one kernel for all of them',
  };
}
