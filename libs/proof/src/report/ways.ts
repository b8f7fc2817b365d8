// SPDX-License-Identifier: Apache-2.0

/** What one task makes its outputs from. */
export interface Origin {
  /** Files, fields of files and variables of its own, with the digest or the value of each. */
  sources: Readonly<Record<string, string>>;
  /** Outputs of other tasks: workspace-relative path → who makes it, and its digest. */
  artefacts: Readonly<Record<string, { producer: string; digest: string }>>;
}

/** The tasks behind a proof, each by its id `project:target`. */
export type Origins = Readonly<Record<string, Origin>>;

/** Of the sources that changed at the end of one way; a checkout of something else would fill pages. */
const SHOWN_SOURCES = 5;

/**
 * By which ways changes came to a task's outputs: `task <- task <- file, file` for each task on whose own sources
 * something is different, by the shortest way. A producer whose output has the same bytes passes nothing on. Empty
 * where nothing is known of before.
 */
export function waysTo(task: string, before: Origins, now: Origins): string[] {
  const ways: string[] = [];
  const seen = new Set([task]);
  for (const queue = [[task]]; queue.length > 0; ) {
    const way = queue.shift() as string[];
    const last = way[way.length - 1] as string;
    const [old, current] = [before[last], now[last]];
    if (!old || !current) continue;
    const sources = changedSources(old.sources, current.sources);
    if (sources.length > 0) ways.push([...way, shorten(sources)].join(' <- '));
    for (const [path, { producer, digest }] of Object.entries(current.artefacts)) {
      if (old.artefacts[path]?.digest === digest || seen.has(producer)) continue;
      seen.add(producer);
      queue.push([...way, producer]);
    }
  }
  return ways;
}

function changedSources(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.filter((name) => before[name] !== now[name]).map((name) => (now[name] === undefined ? `${name} (gone)` : name));
}

function shorten(names: readonly string[]): string {
  const more = names.length - SHOWN_SOURCES;
  return [...names.slice(0, SHOWN_SOURCES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
