import { createHmac } from 'node:crypto'

/**
 * A function from user ids to pseudonyms: the first 128 bits of HMAC-SHA-256 under the salt. Equal users stay equal,
 * so distinct users can be counted; without the salt nobody can try out ids. Another salt, other pseudonyms.
 */
export function userHasher(salt: string): (user: string) => string {
  return (user) => createHmac('sha256', salt).update(user).digest('base64url').slice(0, 22)
}
