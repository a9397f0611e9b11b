/* What the server answers to the phone's readings, as far as the pages use it. Days are ISO text. */

export interface Capability {
  code: string;
  name: string;
  /** What is kept, in a sentence. */
  keeps: string;
  /** The legal basis that the policy names. */
  basis: string;
  within: string;
  sensitive: boolean;
  text_version: string;
  /** null: never answered. */
  given: boolean | null;
  usable: boolean;
}

export interface Home {
  today: string;
  sentence: string;
  person: { id: string; name: string; village: string };
  posts: { programme: string; number: string; place: string; village: string; current: boolean }[];
  capabilities: Capability[];
  due: { code: string; page: string; text: string }[];
  checked: { at: string; kind: string }[];
}

export interface MonthDay {
  day: string;
  mark: string;
  letter: string;
  log: boolean;
  checks: { at: string; kind: string }[];
}

export interface Month {
  month: string;
  days: MonthDay[];
  counts: { present: number; nights: number; leave: number; absent: number; logs: number };
  required_days: number | null;
  results: {
    programme: string;
    step_name: string;
    undetermined: boolean;
    grade: string;
    points: string | null;
    amount_fen: number | null;
    sentences: string[];
    paid_text: string;
  }[];
  /** Missing in what an older server said; null where the policy gives no points. */
  points?: Points | null;
  /** Missing in what an older server said. */
  periods?: { name: string; grade: string; points: string | null; undetermined: boolean; sentences: string[] }[];
  questions?: Question[];
  note: string;
}

/** The own points of a month, with their sign, and on what basis they are kept. */
export interface Points {
  basis: string;
  total: string;
  entries: { id: number; label: string; points: string; reason: string; day: string; given_by: string; takes_back: boolean; taken_back: boolean }[];
}

/** Appeals about a month; `open` is what may still be appealed against, by the name that a record gives it. */
export interface Appeals {
  month: string;
  until: string | null;
  /** Absent in what an earlier server said. */
  open?: { about: string; title: string; until: string | null }[];
  appeals: { record: string; about: string; text: string; state: string; state_name: string; due_on: string; reason: string; carried: string }[];
}

/** What is asked about the person's evidence. */
export interface Question {
  id: number;
  day: string;
  name: string;
  sentence: string;
  state: string;
  state_name: string;
  explanations: { record: string; text: string; at: string }[];
}

/** GeoJSON of the post's own places; degrees, longitude first. */
export type Place = { properties: { what: "area" | "point" | "route"; name: string; radius?: number } } & (
  | { geometry: { type: "MultiPolygon"; coordinates: [number, number][][][] } }
  | { geometry: { type: "Point"; coordinates: [number, number] } }
  | { geometry: { type: "LineString"; coordinates: [number, number][] } }
);

export interface Places {
  features: Place[];
}

export interface Notices {
  notices: { id: number; number: string; kind: string; title: string; body: string; closes: string; contact: string; page: string }[];
}

export interface Sayings {
  sayings: { record: string; kind: string; text: string; receipt: string; state_name: string; answer: string }[];
  without_name: string;
}

export interface LeaveAsked {
  record: string;
  kind_name: string;
  first: string;
  last: string;
  state: string;
  state_name: string;
  waits_for: string;
  decisions: { level: string; approved: boolean; reason: string }[];
  return_by: string;
  returned_on: string | null;
}

/** What follows from inspections and results, once it was confirmed. */
export interface Consequences {
  consequences: {
    id: number;
    year: number;
    programme: string;
    clause: string;
    cites: string;
    do: string[];
    because: string[];
    decided_on: string | null;
    told_on: string | null;
    answer: string;
    answered_on: string | null;
  }[];
  /** Pay that is held back. */
  holds: {
    id: number;
    programme: string;
    from_month: string;
    reason: string;
    set_on: string | null;
    review_by: string | null;
    told_on: string | null;
    answer: string;
    answered_on: string | null;
  }[];
}

export interface Leaves {
  requests: LeaveAsked[];
  kinds: { kind: string; name: string; left: number | null }[];
  together_left: number | null;
}

export interface Households {
  households: { id: number; number: string; head: string; address: string; next_visit_by: string | null; last_visit: string | null }[];
}

/** Training of one's own: the year beside what is asked, tests, sessions, what is to be made up, what there is to read. */
export interface Training {
  year: {
    hours: number;
    hours_asked: number | null;
    sessions: number;
    sessions_asked: number | null;
    score: number | null;
    score_asked: number | null;
  } | null;
  sessions: { number: number; course: string; starts_at: string; place: string; came: boolean }[];
  papers: {
    id: number;
    title: string;
    minutes: number;
    pass_mark: number;
    closed_book: boolean;
    attempts_left: number;
    sitting: number | null;
    score: number | null;
  }[];
  tasks: { why: string; due_on: string; state_name: string }[];
  materials: { id: number; title: string; course: string }[];
}
