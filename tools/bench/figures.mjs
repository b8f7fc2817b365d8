// SPDX-License-Identifier: Apache-2.0
// What is made of measured values. Pure: no clock, no machine.

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values) {
  if (values.length === 0) throw new RangeError('the median of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and minimum of one side of a comparison. */
export function summary(values) {
  return { median: median(values), minimum: Math.min(...values), values };
}

/**
 * A ratio of two sides that were measured in turn. `paired` is the median of the ratios of each round: a machine that
 * is slower for some rounds slows both sides of them. The budget is held against `paired`.
 */
export function ratio(title, { ours, peer, budget }) {
  const rounds = Math.min(ours.length, peer.length);
  const paired = median(Array.from({ length: rounds }, (_, round) => ours[round] / peer[round]));
  const a = summary(ours);
  const b = summary(peer);
  return {
    title,
    paired,
    ofMedians: a.median / b.median,
    ofMinima: a.minimum / b.minimum,
    ours: a,
    peer: b,
    ...(budget === undefined ? {} : { budget, within: paired <= budget }),
  };
}

/** One side alone, held against a limit in its own unit. */
export function single(title, values, budget) {
  const figures = summary(values);
  return { title, ...figures, ...(budget === undefined ? {} : { budget, within: figures.median <= budget }) };
}

const verdict = ({ budget, within }, unit = '') =>
  budget === undefined ? '' : `; ${within ? 'within' : 'OVER'} the budget of ${budget}${unit}`;

const seconds = (value) => `${value.toFixed(3)} s`;

export function formatRatio(result, format = seconds) {
  const { title, paired, ofMedians, ofMinima, ours, peer } = result;
  return (
    `${title}: ${paired.toFixed(3)}${verdict(result)}\n` +
    `    medians ${format(ours.median)} / ${format(peer.median)} = ${ofMedians.toFixed(3)}, ` +
    `minima ${format(ours.minimum)} / ${format(peer.minimum)} = ${ofMinima.toFixed(3)}`
  );
}

export function formatSingle(result, format = seconds) {
  return `${result.title}: median ${format(result.median)}, minimum ${format(result.minimum)}${verdict(result, ' s')}`;
}
