// Sheets that no browser would send.

import { randomBytes } from 'node:crypto';

/** Bytes of a sealed sheet of the demo's survey: the size class of its questionnaire, and what sealing adds. */
export const SEALED = (16 << 10) + 48;

/** A ballot as it stands on the wire. */
export interface Forged {
  campaign: string;
  stratum: number;
  /** Bytes after the ballot; as many as all others have unless told. */
  sealed?: number;
}

/** Address and body of a sheet whose ballot nobody issued. */
export function forge({ campaign, stratum, sealed = SEALED }: Forged): { path: string; body: Buffer } {
  const group = Buffer.alloc(4);
  group.writeUInt32BE(stratum);
  return {
    path: `/collector/v1/campaigns/${campaign}/sheets`,
    body: Buffer.concat([randomBytes(32), randomBytes(64), group, randomBytes(sealed)]),
  };
}
