// SPDX-License-Identifier: Apache-2.0

/** What a person has to look at: the key of board.yaml, and why. */
export interface Todo {
  /** Dotted path, for example `gic.spi_count`. */
  key: string;
  why: string;
}

/** What a tree says of one part of a board. */
export interface Found<T> {
  value?: T;
  todos: Todo[];
}

/** A part that the tree does not tell. */
export function unknown<T>(key: string, why: string): Found<T> {
  return { todos: [{ key, why }] };
}
