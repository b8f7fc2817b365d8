// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { ArtefactReference, BoardFacts, CellFacts, Defines, FirmwareFacts, InitramfsFacts, KernelFacts, ProjectFacts, ProofFacts } from '../facts';
import { workspacePath } from './path';
import { parseReference } from './reference';
import { LenientMap } from './yaml';

/** A project named by its file's `name`, else by its folder. */
export function projectOf(file: string, name?: string): ProjectFacts {
  const root = posix.dirname(file);
  return name === undefined ? { file, root, name: posix.basename(root) } : { file, root, name, namedIn: file };
}

export function readBoard(file: string, text: string): BoardFacts {
  const yaml = LenientMap.parse(text);
  const firmware = yaml.map('firmware');
  return {
    ...projectOf(file, yaml.text('name')),
    cell: path(yaml, 'cell'),
    bindingDocuments: path(yaml.map('bindings'), 'documents'),
    fragments: ['board', 'cell'].flatMap((key) => besides(file, yaml.map('fragments').list(key))),
    firmware: firmware.text('package') === undefined ? undefined : readFirmware(firmware),
    inapplicable: yaml.map('inapplicable').entries().map(([proof]) => proof),
  };
}

/** A workspace-relative path. */
function path(yaml: LenientMap, key: string): string | undefined {
  const text = yaml.text(key);
  return text === undefined ? undefined : workspacePath(text);
}

/** Files that a YAML file names relative to itself. */
function besides(file: string, names: readonly unknown[]): string[] {
  return texts(names).map((name) => workspacePath(posix.dirname(file), name));
}

function readFirmware(yaml: LenientMap): FirmwareFacts {
  const builds = yaml.map('builds').entries().map(([target, options]) => [target, scalars(LenientMap.of(options))]);
  const budget = yaml.map('budget');
  return {
    package: path(yaml, 'package')!,
    stub: path(yaml, 'stub'),
    builds: Object.fromEntries(builds),
    budget: { stub: budget.number('stub'), image: budget.number('image') },
  };
}

function scalars(yaml: LenientMap): Defines {
  const simple = yaml.entries().filter(([, value]) => ['string', 'boolean', 'number'].includes(typeof value));
  return Object.fromEntries(simple) as Defines;
}

export function readCell(file: string, text: string): CellFacts {
  const yaml = LenientMap.parse(text);
  const initramfs = parseReference(yaml.text('initramfs'));
  return {
    ...projectOf(file, yaml.text('name')),
    kernel: yaml.text('kernel'),
    image: parseReference(yaml.text('image')),
    initramfs,
    initramfsDescription: initramfs ? undefined : path(yaml, 'initramfs'),
  };
}

export function readKernel(file: string, text: string): KernelFacts {
  const yaml = LenientMap.parse(text);
  const source = { name: yaml.text('source') ?? 'linux-source', series: yaml.text('series') };
  return { ...projectOf(file, yaml.text('name')), source, fragments: besides(file, yaml.list('fragments')) };
}

export function readInitramfs(file: string, text: string): InitramfsFacts {
  const yaml = LenientMap.parse(text);
  const members = yaml.list('files').map((entry) => LenientMap.of(entry).text('source'));
  return {
    ...projectOf(file, yaml.text('name')),
    modules: texts(yaml.list('modules')),
    sources: besides(file, yaml.map('init').list('sources')),
    members: besides(file, members),
    kernels: yaml.names('kernel'),
  };
}

const PROOF_SUFFIX = '.proof.yaml';

export function readProof(file: string, text: string): ProofFacts {
  const yaml = LenientMap.parse(text);
  const id = posix.basename(file, PROOF_SUFFIX);
  return {
    file,
    id,
    title: yaml.text('title'),
    project: yaml.text('project'),
    target: yaml.text('target') ?? `proof-${id}`,
    boards: yaml.text('boards') === 'all' ? 'all' : texts(yaml.list('boards')),
    artefacts: references(yaml.map('artefacts')),
    pins: texts(yaml.list('pins')),
    hasMutants: yaml.list('mutants').length > 0,
    sabotage: references(yaml.map('sabotage').map('artefacts')),
  };
}

function references(yaml: LenientMap): Record<string, ArtefactReference> {
  const found = yaml.entries().flatMap(([name, text]) => {
    const reference = parseReference(text);
    return reference ? [[name, reference]] : [];
  });
  return Object.fromEntries(found);
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === 'string');
}
