// Sheets that no browser would send: the collector's address for a ballot, computed as `domain/src/ballot.rs` does.

import { createHash, randomBytes } from 'node:crypto';

/** Bytes of the smallest sealed sheet: its size class, and what sealing adds. */
export const SEALED = (4 << 10) + 48;

/** A ballot as it stands on the wire. */
export interface Forged {
  campaign: string;
  /** SHA-256 of the terms, hexadecimal. */
  terms: string;
  stratum: number;
  /** Bytes after the ballot; a plausible number of them unless told. */
  sealed?: number;
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** Address and body of a sheet whose ballot nobody issued. */
export function forge({ campaign, terms, stratum, sealed = SEALED }: Forged): { path: string; body: Buffer } {
  const [nonce, output] = [randomBytes(32), randomBytes(64)];
  const binding = Buffer.concat([
    Buffer.from('shirube-ballot/1'),
    uint(campaign.length, 2),
    Buffer.from(campaign),
    Buffer.from(terms, 'hex'),
    uint(stratum, 4),
  ]);
  const key = createHash('sha256')
    .update('shirube-ballot-key/1')
    .update(binding)
    .update(nonce)
    .update(output)
    .digest('hex');
  return {
    path: `/collector/v1/campaigns/${campaign}/sheets/${key}`,
    body: Buffer.concat([nonce, output, uint(stratum, 4), randomBytes(sealed)]),
  };
}
