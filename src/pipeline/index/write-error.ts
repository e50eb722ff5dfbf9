import { messageOf, SegueError } from '../../domain/errors.ts'

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'])
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'])

/** What a failed write means to the person who started it; any other error as it is. */
export function explainWriteError(error: unknown, target: string): unknown {
  if (error instanceof SegueError || !(error instanceof Error) || !('code' in error)) return error
  // SQLite's name says more than the one code that its library has for all.
  const code = String('sqliteCodeName' in error ? error.sqliteCodeName : error.code)
  const explained = (wrong: string, expected: string) =>
    new SegueError('unavailable', `${target} could not be written: ${wrong} (${messageOf(error)})`, {
      field: target,
      expected,
      cause: error,
    })
  if (NO_SPACE.has(code) || code.startsWith('SQLITE_IOERR')) {
    return explained(
      'the disk is full, or the file is larger than allowed',
      'more space, or an --out on another disk',
    )
  }
  if (NOT_WRITABLE.has(code)) return explained('it is not writable', 'a folder that this user may write')
  return error
}
