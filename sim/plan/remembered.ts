/** A pure function that works out each answer once, and holds them all as long as itself. */
export function remembered<Key, Answer>(answerTo: (key: Key) => Answer): (key: Key) => Answer {
  const known = new Map<Key, Answer>();
  return (key) => {
    if (known.has(key)) return known.get(key) as Answer;
    const answer = answerTo(key);
    known.set(key, answer);
    return answer;
  };
}
