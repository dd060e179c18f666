/** Reads the five organisation files of a folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrganisationTexts } from './organisation-import.ts';

/** The texts of the files in `folder`; a missing file throws with its name. */
export async function readOrganisationFolder(folder: string): Promise<OrganisationTexts> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  return {
    'units.csv': await read('units.csv'),
    'departments.csv': await read('departments.csv'),
    'posts.csv': await read('posts.csv'),
    'people.csv': await read('people.csv'),
    'assignments.csv': await read('assignments.csv'),
  };
}
