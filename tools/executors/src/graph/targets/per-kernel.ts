// SPDX-License-Identifier: Apache-2.0
import type { KernelFacts } from '../facts';
import { nameForKernel, type KernelChoice, type NamingFault } from '../kernel-of';
import { collectiveTarget, type Generation, type Target } from './definition';
import { faultTarget } from './fault';

/** What is made once for each kernel that it is for. */
export interface PerKernel {
  project: string;
  /** Name of the target where there is one kernel. */
  name: string;
  /** What it is, as a description begins. */
  what: string;
  choice: KernelChoice;
  /** The target for one of the kernels, or why there is none. */
  make(kernel: KernelFacts, name: string): Target | { fault: NamingFault };
}

/**
 * With one kernel, one target. With several, one for each, named `<name>-<kernel>`, and `<name>` stands for all of
 * them: none is preferred, and what is for one kernel goes on when another does not exist.
 */
export function targetsPerKernel(
  { options }: Generation,
  { project, name, what, choice, make }: PerKernel,
): Record<string, Target> {
  const broken = (fault: NamingFault) => faultTarget({ ...fault, description: `${what}: it cannot be built` });
  const each = choice.kernels.map((kernel): [string, Target] => {
    const own = nameForKernel(choice, name, kernel);
    const made = make(kernel, own);
    return [own, 'fault' in made ? broken(made.fault) : made];
  });
  const targets = Object.fromEntries(each);
  if (choice.fault) return { ...targets, [name]: broken(choice.fault) };
  if (!choice.several) return targets;
  const kernels = choice.kernels.map((kernel) => kernel.name);
  const members = each.map(([target]) => ({ project, target }));
  return {
    ...targets,
    [name]: collectiveTarget(options, members, {
      description: `${what} for each of ${kernels.join(', ')}`,
      technologies: ['linux'],
    }),
  };
}
