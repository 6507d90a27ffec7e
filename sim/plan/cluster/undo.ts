/** What is given out while a change is planned, and taken back where nothing comes of the change. */

/** Makes it all as it was when this was made. */
export type Undo = () => void;

/** @param copy of a value that is changed in place */
export function undoOfMap<Key, Value>(map: Map<Key, Value>, copy: (value: Value) => Value = (value) => value): Undo {
  const before = [...map].map(([key, value]): [Key, Value] => [key, copy(value)]);
  return () => {
    map.clear();
    for (const [key, value] of before) map.set(key, value);
  };
}

export function undoOfSet<Value>(set: Set<Value>): Undo {
  const before = [...set];
  return () => {
    set.clear();
    for (const value of before) set.add(value);
  };
}

export function undoOfList(list: unknown[]): Undo {
  const before = [...list];
  return () => {
    list.splice(0, list.length, ...before);
  };
}

export function undoAll(...undos: readonly Undo[]): Undo {
  return () => {
    for (const undo of undos) undo();
  };
}
