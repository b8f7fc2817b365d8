// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAGIC, readArm64Image, sha256File, stageOutputs, type DeclaredOutput } from '@nexus-forge/artefact';
import { ForgeError, noteReads } from '@nexus-forge/process';
import { plainStateFolder, withKeptState } from '@nexus-forge/state';
import { HOST_TOOLS, requireHostTools } from '@nexus-forge/toolchain';
import { packBuildTree } from './build-tree';
import { commandFileReads } from './command-files';
import { declaredSymbols, findDropped, findUnknown, refuseDropped, refuseUnusable } from './configuration';
import { loadKernel, sourceOf, type BaseConfig, type Described, type KernelDescription } from './description';
import { formatOptions, mergeFragments, parseFragment, readConfiguration, type RequestedOption } from './fragment';
import { kernelVersion, leavesSoundObjects, requireCrossTools, runMake, type KbuildRun } from './make';
import { refuseNamedFiles } from './named-files';
import { BuildProgress } from './progress';
import { LOCK_TIMEOUT_MS, locateSource, objectsFolder, requirePinnedVersion, unpackSource } from './source';
import { removeStaleHeaders } from './stale-headers';

/** An order for a kernel; paths are workspace-relative unless they are absolute. */
export interface KernelOrder {
  workspaceRoot: string;
  /** kernel.yaml */
  kernel: string;
  outputDirectory: string;
  /** Where unpacked source and objects are kept between runs. */
  stateDirectory: string;
  jobs?: number;
  timeoutMs: number;
  report: (line: string) => void;
}

/** Bases that take the options at once; after the others they are appended. */
const TAKES_OPTIONS: ReadonlySet<BaseConfig> = new Set(['allnoconfig', 'alldefconfig']);

const OUTPUTS: readonly DeclaredOutput[] = [
  { file: 'Image', magic: MAGIC.arm64Image, verify: (path) => void readArm64Image(readFileSync(path), 'Image') },
  { file: 'Module.symvers', verify: verifySymvers },
  { file: 'config' },
  { file: 'build-tree.tar.gz', magic: MAGIC.gzip },
];

/**
 * Builds a kernel from its pinned source and its fragments: Image, Module.symvers, config and build-tree.tar.gz.
 * Throws a `ForgeError` when an option of a fragment is not in the final configuration as asked, or kbuild fails.
 */
export async function buildKernel(order: KernelOrder): Promise<void> {
  const { workspaceRoot, report } = order;
  const described = loadKernel(workspaceRoot, order.kernel);
  const requested = readFragments(workspaceRoot, described);
  await requireHostTools(workspaceRoot, HOST_TOOLS.kernel);
  const crossTools = await requireCrossTools(workspaceRoot);
  const tarball = await locateSource(workspaceRoot, sourceOf(described.value), described.placeOf(['series']));
  const state = plainStateFolder(workspaceRoot, order.stateDirectory);
  const source = await unpackSource(tarball, state, report);
  requirePinnedVersion(tarball, await kernelVersion(source, crossTools.prefix));
  const folder = objectsFolder(source, described.value.name);
  const key = `${crossTools.sha256} ${await requireHostTools(workspaceRoot, HOST_TOOLS.objects)}`;
  const options = { folder, key, lockTimeoutMs: LOCK_TIMEOUT_MS, isSoundAfter: leavesSoundObjects, report };
  await withKeptState(options, async (objects) => {
    const build = new KernelBuild(order, described.value, { source, objects, crossCompile: crossTools.prefix });
    await build.configure(requested);
    await build.dropStaleHeaders();
    await build.compile();
    noteReads(commandFileReads(objects, objects).filter((path) => !path.startsWith(`${source}/`)));
    await stageOutputs(join(workspaceRoot, order.outputDirectory), OUTPUTS, (staging) => build.collect(staging));
  });
}

function readFragments(workspaceRoot: string, { value, beside, placeOf }: Described<KernelDescription>): RequestedOption[] {
  const fragments = value.fragments.map((name, index) => {
    const file = beside(name);
    const path = join(workspaceRoot, file);
    if (!existsSync(path)) throw new ForgeError(`the fragment ${file} is missing`, { at: placeOf(['fragments', index]) });
    noteReads([path]);
    return parseFragment(readFileSync(path, 'utf8'), file);
  });
  return mergeFragments(fragments);
}

/** EXPORT_SYMBOL lines: CRC, symbol, module, kind. */
function verifySymvers(path: string): void {
  const line = readFileSync(path, 'utf8').split('\n', 1)[0] ?? '';
  if (!/^0x[0-9a-f]{8}\t\w+\tvmlinux\tEXPORT_SYMBOL/.test(line)) {
    throw new ForgeError('Module.symvers is not what it should be', { expected: '0x… <symbol> vmlinux EXPORT_SYMBOL…', found: line });
  }
}

interface Places {
  source: string;
  objects: string;
  crossCompile: string;
}

class KernelBuild {
  private readonly log: string;

  constructor(
    private readonly order: KernelOrder,
    private readonly kernel: KernelDescription,
    private readonly places: Places,
  ) {
    this.log = join(places.objects, 'make.log');
  }

  private async make(targets: readonly string[], more: Partial<KbuildRun> = {}, folder = this.places.objects): Promise<void> {
    const { source, crossCompile } = this.places;
    const { jobs, timeoutMs } = this.order;
    /* The programs that run on this machine are in the build tree: they name their sources as the Image does. */
    const args = [`O=${folder}`, 'HOSTCFLAGS=-ffile-prefix-map=../=', ...targets];
    await runMake({ tree: source, args, crossCompile, jobs, timeoutMs, ...more });
  }

  /** Leaves the final `.config`; refuses one that is not what the fragments ask for. */
  async configure(requested: readonly RequestedOption[]): Promise<void> {
    const { source, objects } = this.places;
    const base = this.kernel.base ?? 'allnoconfig';
    const options = join(objects, 'options.config');
    const configuration = join(objects, '.config');
    writeFileSync(options, formatOptions(requested));
    await this.make([base], TAKES_OPTIONS.has(base) ? { env: { KCONFIG_ALLCONFIG: options } } : {});
    if (!TAKES_OPTIONS.has(base)) writeFileSync(configuration, formatOptions(requested), { flag: 'a' });
    await this.make(['olddefconfig']);
    const final = readConfiguration(readFileSync(configuration, 'utf8'));
    const unknown = findUnknown(requested, final, () => declaredSymbols(source));
    refuseDropped(findDropped(requested, final, unknown), unknown);
    refuseUnusable(final, this.order.kernel);
    refuseNamedFiles(final, requested, { workspaceRoot: this.order.workspaceRoot, file: this.order.kernel });
  }

  /** The objects are kept when the configuration changes, and headers of the former one must not be packed. */
  async dropStaleHeaders(): Promise<void> {
    await removeStaleHeaders(this.places.objects, (folder) => {
      this.order.report(`${this.kernel.name}: another configuration than that of the kept objects`);
      return this.make(['prepare'], {}, folder);
    });
  }

  async compile(): Promise<void> {
    const { report } = this.order;
    const counted = join(this.places.objects, 'made');
    const expected = existsSync(counted) ? Number(readFileSync(counted, 'utf8')) : undefined;
    const progress = new BuildProgress({ expected, report });
    report(`${this.kernel.name}: building Image with ${this.order.jobs ?? 'all'} jobs`);
    writeFileSync(this.log, '');
    const onLine = (line: string) => {
      progress.onLine(line);
      writeFileSync(this.log, `${line}\n`, { flag: 'a' });
    };
    await this.make(['Image', 'modules'], { onLine });
    report(`${this.kernel.name}: ${progress.made} objects made in ${progress.seconds()} s`);
    if (expected === undefined) writeFileSync(counted, String(progress.made));
  }

  /** Copies what was promised. */
  async collect(staging: string): Promise<void> {
    const { source, objects } = this.places;
    copyFileSync(join(objects, 'arch/arm64/boot/Image'), join(staging, 'Image'));
    copyFileSync(join(objects, 'Module.symvers'), join(staging, 'Module.symvers'));
    copyFileSync(join(objects, '.config'), join(staging, 'config'));
    await packBuildTree(source, objects, join(staging, 'build-tree.tar.gz'));
    this.order.report(`${this.kernel.name}: Image sha256 ${sha256File(join(staging, 'Image'))}`);
  }
}
