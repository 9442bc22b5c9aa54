import { damaged } from "./damage";

/**
 * LZF as rdb.c stores strings longer than 20 bytes with it (rdbcompression yes). A control byte below 32 is followed by
 * that many bytes and one more, to be taken as they are. Above, its top three bits are a length less two (7: a byte more
 * follows) and the other five with the next byte a distance back less one; source and target may overlap.
 *
 * There is no compressor here: every version reads an uncompressed string, values that are passed on stay as compressed
 * as they came, and a server that loads one compresses again by its own settings.
 */
const LONGEST_COPY = 264;
const BYTES_OF_LONGEST = 3;

/** No input makes more than 264 bytes of 3: a greater promise is not believed, and nothing is allocated for it. */
export const mostFrom = (compressed: number): number => Math.ceil(compressed / BYTES_OF_LONGEST) * LONGEST_COPY;

export function decompress(input: Buffer, length: number, offset = 0): Buffer {
  if (length > mostFrom(input.length))
    throw damaged(
      offset,
      `at most ${mostFrom(input.length)} bytes out of ${input.length} compressed ones`,
      `${length}`,
    );
  const output = Buffer.allocUnsafe(length);
  let from = 0;
  let to = 0;
  while (from < input.length) {
    const control = input[from++] as number;
    if (control < 32) {
      const end = from + control + 1;
      if (end > input.length || to + control + 1 > length) throw overrun(offset + from, length);
      input.copy(output, to, from, end);
      to += end - from;
      from = end;
      continue;
    }
    let count = control >>> 5;
    if (count === 7) count += input[from++] ?? Number.NaN;
    let source = to - ((control & 0x1f) << 8) - (input[from++] ?? Number.NaN) - 1;
    count += 2;
    if (!(source >= 0 && to + count <= length)) throw overrun(offset + from, length);
    for (const end = to + count; to < end; ) output[to++] = output[source++] as number;
  }
  if (to !== length) throw damaged(offset, `${length} bytes out of a compressed string`, `${to}`);
  return output;
}

const overrun = (offset: number, length: number) =>
  damaged(offset, `a compressed string of ${length} bytes`, "a copy from outside it, or to behind its end");
