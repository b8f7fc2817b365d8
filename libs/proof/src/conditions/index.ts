// SPDX-License-Identifier: Apache-2.0
import type { Condition } from '../spec/types';
import { deviceTree } from './device-tree';
import type { ConditionKind } from './kind';
import { comparison, line, never, record } from './said';
import { disk, event, memory, register, registers } from './seen';
import { stage2Excludes, stage2Grants, stage2Maps, stage2Only, stage2Tables } from './stage2';
import { stage2Unchanged } from './stage2-unchanged';
import { trace, traceNever } from './trace';

/** Every kind of condition, by the key that tells it. A new kind is one more entry here. */
const KINDS = new Map<string, ConditionKind<Condition>>(
  [
    line, record, never, comparison,
    memory, register, registers, deviceTree,
    stage2Maps, stage2Only, stage2Excludes, stage2Grants, stage2Tables, stage2Unchanged,
    trace, traceNever, disk, event,
  ].map((kind) => [kind.key, kind as unknown as ConditionKind<Condition>]),
);

export const CONDITION_KEYS: readonly string[] = [...KINDS.keys()];

/** The kind of a condition; undefined when it has none of the keys. */
export function findKind(condition: Condition): ConditionKind<Condition> | undefined {
  return CONDITION_KEYS.map((key) => (key in condition ? KINDS.get(key) : undefined)).find((kind) => kind !== undefined);
}

/** `findKind` for a condition that validation has passed. */
export function kindOf(condition: Condition): ConditionKind<Condition> {
  const kind = findKind(condition);
  if (!kind) throw new Error(`a condition of no known kind: ${JSON.stringify(condition)}`);
  return kind;
}
