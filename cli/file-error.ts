import { hasCode } from './to-failure';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** Why a file cannot be read or written, in words; undefined for an error that is not about a file. */
export function explainFileError(error: unknown): string | undefined {
  const code = Object.keys(REASONS).find((known) => hasCode(error, known));
  return code === undefined ? undefined : REASONS[code];
}
