/** Databases for tests: each a clone of a migrated template, on the server the global set-up chose. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

export type TestDatabase = {
  readonly url: string;
  /** Removes the database, connections included. */
  drop(): Promise<void>;
};

/** What the global set-up tells the test processes, through the environment they inherit. */
export const TEST_SERVER_VARIABLE = 'LIANSHAO_TEST_SERVER';
export const TEST_TEMPLATE_VARIABLE = 'LIANSHAO_TEST_TEMPLATE';

/** A fresh, migrated database of its own for one test or test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = required(TEST_SERVER_VARIABLE);
  const template = required(TEST_TEMPLATE_VARIABLE);
  const name = `${template}_${randomUUID().slice(0, 8)}`;
  await administer(server, `create database ${name} template ${template}`);
  return {
    url: databaseAddress(server, name),
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  };
}

/** The address of another database on the same server. */
export function databaseAddress(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement on the server, outside any transaction. */
export async function administer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Everything a statement answers, value after value, over a connection of its own. */
export async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is unset: a test that needs a database is named *.db or *.flow`);
  }
  return value;
}
