// Shift_JIS (CP932) as Japanese Excel writes it. Node reads the encoding but does not write it, so the table is
// made by reading every code once.

let codes: Map<string, number[]> | undefined;

function table(): Map<string, number[]> {
  const decoder = new TextDecoder('shift_jis', { fatal: true });
  const found = new Map<string, number[]>();
  const add = (bytes: number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if ([...character].length === 1 && !found.has(character)) found.set(character, bytes);
    } catch {
      // Not a character of the encoding.
    }
  };
  for (let one = 0; one < 0x100; one += 1) add([one]);
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    for (let trail = 0x40; trail <= 0xfc; trail += 1) add([lead, trail]);
  }
  return found;
}

/** The text in Shift_JIS. */
export function shiftJis(text: string): Buffer {
  codes ??= table();
  const known = codes;
  return Buffer.from(
    [...text].flatMap((character) => {
      const bytes = known.get(character);
      if (!bytes) throw new Error(`${character} is not in Shift_JIS`);
      return bytes;
    }),
  );
}
