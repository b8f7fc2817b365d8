// SPDX-License-Identifier: Apache-2.0
// Who may notice a mutation: host tests of packages and of kernel modules, proofs, mutants of proofs, unit tests, the
// compiler. Each builds and runs only what it needs, in a tree of its own, and says `noticed`, `passed` or `broken`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { library, ROOT } from '../bench/workspace.mjs';
import { broken, firstFailure, isZigCompileError, noticedBy, refusal } from './verdicts.mjs';

const ZIG_LIMIT_MS = 900_000;
const UNIT_LIMIT_MS = 300_000;
const MODULE_LIMIT_MS = 120_000;
const FIRMWARE = 'firmware/rumpk';
const ION_HEADER = 'dist/ion-abi/generate/ion_abi.h';

/** What `testModule` says of tests that failed: their names. */
const MODULE_TESTS_FAILED = /\d+ of \d+ tests failed: (.*)/;

/** Makes the judges of one tree. What one of them has built for a row is not built again for its next check. */
export function judgesOf(tree, signal) {
  const { runTool } = library('libs/process/src/index.ts');
  const { zigBuildCommand } = library('libs/zig/src/command.ts');
  let remembered = new Map();
  const once = (key, work) => {
    if (!remembered.has(key)) remembered.set(key, work());
    return remembered.get(key);
  };

  const zig = async (folder, invocation) => {
    const command = zigBuildCommand({
      workspaceRoot: tree,
      zig: join(ROOT, '.toolchain', 'bin', 'zig'),
      package: folder,
      cache: join(tree, '.zig-cache'),
      prefix: join(tree, '.zig-out'),
      ...invocation,
    });
    const result = await runTool({ ...command, timeoutMs: ZIG_LIMIT_MS, okCodes: [0, 1, 2], signal });
    return { code: result.code, output: `${result.stdout}\n${result.stderr}` };
  };

  const hostTests = async (name) => {
    const { code, output } = await zig(`firmware/${name}`, { steps: ['test'] });
    if (code === 0) return { verdict: 'passed' };
    return isZigCompileError(output) ? broken(output) : noticedBy(firstFailure(output), output);
  };

  /** The flat image of a build of the board, by name: `firmware-el2-proof`. */
  const firmware = async (board, name) => {
    const { builds } = parse(readFileSync(join(tree, 'apps', board, 'board.yaml'), 'utf8')).firmware;
    const { code, output } = await zig(FIRMWARE, { defines: { arch: 'aarch64', board, ...builds[name] } });
    if (code !== 0) return { failed: broken(output) };
    return { image: readFileSync(join(tree, '.zig-out', 'bin', 'rumpk.img')) };
  };

  const proofRun = (id) => once(`proof:${id}`, () => runProof({ tree, id, firmware, signal }));
  const mutantRun = (id, mutant) => runMutant({ tree, id, mutant, firmware, signal });

  /** What a module's `test` target runs. Tests that fail notice; a program that cannot be built, or has none, shows nothing. */
  const moduleTests = async (name) => {
    const { testModule } = library('libs/kbuild/src/module-test.ts');
    const order = { workspaceRoot: tree, description: `linux-cell/modules/${name}/module.yaml`, headers: [ION_HEADER], timeoutMs: MODULE_LIMIT_MS };
    try {
      await testModule(order);
      return { verdict: 'passed' };
    } catch (error) {
      if (signal.aborted) throw error;
      const failed = MODULE_TESTS_FAILED.exec(error.message);
      return failed ? { verdict: 'noticed', by: failed[1] } : broken(error.message);
    }
  };

  const kinds = {
    zig: hostTests,
    module: moduleTests,
    build: async (name) => {
      const { code, output } = name === 'rumpk' ? await zig(FIRMWARE, { defines: { arch: 'aarch64' } }) : await zig(`firmware/${name}`, { steps: ['test'] });
      return code === 0 ? { verdict: 'passed' } : noticedBy(refusal(output), output);
    },
    proof: async (name) => {
      const [id, check] = name.split('/');
      const { failed, judgement, died } = await proofRun(id);
      if (failed) return failed;
      if (died) return { verdict: 'noticed', by: died };
      const found = judgement.checks.find((candidate) => candidate.id === check);
      if (!found) throw new Error(`the proof ${id} has no check ${check}`);
      if (!found.passed) return { verdict: 'noticed', by: found.conditions.find(({ met }) => !met).evidence.slice(0, 300) };
      return { verdict: 'passed', by: judgement.success ? 'all green' : `elsewhere: ${[...failedChecks(judgement), ...judgement.faults].join(', ')}` };
    },
    mutants: async (name) => {
      const [id, mutant] = name.split('/');
      return mutantRun(id, mutant);
    },
    unit: async (part) => {
      const args = [join(ROOT, 'tools', 'test', 'unit.mjs'), part].map((word) => word.replace(ROOT, tree));
      const { code, stdout } = await runTool({ command: process.execPath, args, cwd: tree, timeoutMs: UNIT_LIMIT_MS, okCodes: [0, 1], signal });
      if (code === 0) return { verdict: 'passed' };
      return /ended without a result|Command failed: gcc/.test(stdout) ? broken(stdout) : noticedBy(/FAIL +"(.*)"/.exec(stdout)?.[1], stdout);
    },
  };
  return {
    /** Forgets what was built: the sources are others now. */
    renew: () => (remembered = new Map()),
    judge: (name) => {
      const colon = name.indexOf(':');
      return kinds[name.slice(0, colon)](name.slice(colon + 1));
    },
  };
}

const failedChecks = ({ checks }) => checks.filter(({ passed }) => !passed).map(({ id }) => id);

/** What a proof needs beside its firmware: the workspace's own artefacts. */
async function proofOf(tree, id) {
  const { loadProof } = library('libs/proof/src/spec/load.ts');
  const { loadMachine } = library('libs/proof/src/board.ts');
  const file = `proofs/${id}.proof.yaml`;
  const { onBoard } = library('libs/proof/src/spec/on-board.ts');
  const { forBoard } = library('libs/proof/src/for-board.ts');
  const written = loadProof(join(tree, file), file);
  const { defaultBoard: board } = JSON.parse(readFileSync(join(tree, 'workspace.json'), 'utf8'));
  const here = (references) => Object.fromEntries(Object.entries(references).map(([name, reference]) => [name, onBoard(reference, board)]));
  const references = here(written.artefacts);
  const artefacts = Object.fromEntries(Object.entries(references).map(([name, reference]) => [name, join(ROOT, 'dist', reference.replace(':', '/'))]));
  const tools = { deviceTreeTools: { fdtget: 'fdtget', fdtput: 'fdtput' }, workspaceRoot: ROOT };
  const boardFile = `apps/${board}/board.yaml`;
  const spec = await forBoard(written, { board, boardFile: join(tree, boardFile), artefacts, ...tools });
  const shared = { spec, machine: loadMachine(tree, boardFile), qemu: 'qemu-system-aarch64', ...tools };
  return { spec, references, sabotage: here(spec.sabotage?.artefacts ?? {}), artefacts, shared };
}

/** `qemu-virt:firmware-el2-proof/rumpk.img` → board and build. */
const buildOf = (reference) => /^([^:]+):([^/]+)\//.exec(reference).slice(1);

/** What a proof boots, built from the tree as it stands, in the place of the workspace's own. */
async function withOwnKernel({ tree, id, firmware }, { spec, references, artefacts }) {
  const { kernel } = spec.machine;
  const { failed, path } = await builtImage(tree, `${id}.img`, references[kernel], firmware);
  return failed ? { failed } : { artefacts: { ...artefacts, [kernel]: path } };
}

/** Builds what `reference` names and keeps it under a name of its own, since the next build takes its place. */
async function builtImage(tree, name, reference, firmware) {
  const { failed, image } = await firmware(...buildOf(reference));
  if (failed) return { failed };
  const path = join(tree, '.zig-out', name);
  writeFileSync(path, image);
  return { path };
}

async function runProof(order) {
  const { prove } = library('libs/proof/src/prove.ts');
  const proof = await proofOf(order.tree, order.id);
  const { failed, artefacts } = await withOwnKernel(order, proof);
  if (failed) return { failed };
  try {
    return { judgement: (await prove({ ...proof.shared, artefacts, signal: order.signal })).judgement };
  } catch (error) {
    if (order.signal.aborted) throw error;
    return { died: `the run could not be finished: ${error.message.split('\n')[0]}` };
  }
}

async function runMutant({ mutant, ...order }) {
  const { runMutants } = library('libs/proof/src/mutants/run-mutants.ts');
  const { tree, id, firmware, signal } = order;
  const proof = await proofOf(tree, id);
  const own = await withOwnKernel(order, proof);
  if (own.failed) return own.failed;
  const sabotageArtefacts = {};
  for (const [name, reference] of Object.entries(proof.sabotage)) {
    const { failed, path } = await builtImage(tree, `${id}-mutants.img`, reference, firmware);
    if (failed) return failed;
    sabotageArtefacts[name] = path;
  }
  const [result] = (await runMutants({ ...proof.shared, artefacts: own.artefacts, sabotageArtefacts, only: [mutant], parallel: 1, signal })).filter(Boolean);
  return result.passed ? { verdict: 'passed' } : { verdict: 'noticed', by: `not killed: ${result.survived.join(', ')}; beside: ${result.collateral.join(', ')}` };
}
