/** Puts the page together: who is chosen is in the address, what happened comes over the stream. */
import { fetchPeople, type MenuItem, type Person } from './api.ts';
import { setBusinessNow } from './business-time.ts';
import { createChatPane } from './chat.ts';
import { clockChip, tick } from './clock-panel.ts';
import { button } from './dom.ts';
import { icon } from './icons.ts';
import { createPeopleColumn } from './people.ts';
import { createSidePanel } from './side-panel.ts';
import { type Announcement, listen } from './stream.ts';
import { showToast, start } from './toast.ts';

let people: readonly Person[] = [];
let menu: readonly MenuItem[] = [];

const chosenId = (): string | null => {
  const id = decodeURIComponent(location.hash.slice(1));
  return id === '' ? null : id;
};

const side = createSidePanel();
const column = createPeopleColumn((openId) => {
  location.hash = encodeURIComponent(openId);
}, clockChip(side.toggle));
const chat = createChatPane({
  people: () => people,
  menu: () => menu,
  onBack: () => {
    location.hash = '';
  },
  tools: [
    clockChip(side.toggle),
    button(
      { class: 'icon-button side-toggle', label: '展开或收起侧栏', onClick: side.toggle },
      icon('panel'),
    ),
  ],
});

async function loadPeople(): Promise<void> {
  const answer = await fetchPeople();
  ({ people, menu } = answer);
  setBusinessNow(answer.now);
  tick();
  column.show(people, chosenId());
}

async function openChosen(): Promise<void> {
  const id = chosenId();
  const person = people.find(({ openId }) => openId === id) ?? null;
  document.body.dataset['view'] = person === null ? 'people' : 'chat';
  column.show(people, id);
  await chat.open(person);
  await loadPeople();
}

/** Many announcements come in a burst; one fetch after the burst answers them all. */
function gathered(task: () => Promise<unknown>): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      start(task);
    }, 60);
  };
}

const refreshChat = gathered(async () => {
  await chat.refresh();
  await loadPeople();
});
const refreshPeople = gathered(loadPeople);
const refreshClock = gathered(side.clockMoved);
const refreshWire = gathered(side.wireGrown);

function onAnnouncement(announcement: Announcement): void {
  const { type, openId } = announcement;
  const mine = openId === undefined || openId === chosenId();
  if (type === 'clock') refreshClock();
  else if (type === 'wire') refreshWire();
  else if (type === 'toast') {
    if (mine) showToast(announcement.toast.type, announcement.toast.content);
  } else if (type === 'chat' && mine) refreshChat();
  else refreshPeople();
}

listen(onAnnouncement, () => {
  refreshChat();
  refreshClock();
  refreshWire();
});

document.getElementById('app')?.replaceChildren(column.node, chat.node, side.node);
document.body.dataset['view'] = 'people';
window.addEventListener('hashchange', () => start(openChosen));
start(async () => {
  await loadPeople();
  await Promise.all([openChosen(), side.clockMoved()]);
});
