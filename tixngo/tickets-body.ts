/**
 * The body of a call that pushes tickets, joined from their JSON. Encoded ticket by ticket: in one text for the whole call a single
 * name beyond Latin-1 makes each character two bytes, and joining and encoding that takes 12 µs a ticket instead of 2.
 */
export function toTicketsBody(tickets: readonly string[]): Buffer {
  const parts = tickets.flatMap((json, index) => (index === 0 ? [Buffer.from(json)] : [COMMA, Buffer.from(json)]));
  return Buffer.concat([START, ...parts, END]);
}

const [START, COMMA, END] = [Buffer.from('{"tickets":['), Buffer.from(','), Buffer.from(']}')];
