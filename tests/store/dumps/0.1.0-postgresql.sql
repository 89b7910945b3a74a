SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.area (
    id integer NOT NULL,
    user_id integer NOT NULL,
    subject_id integer NOT NULL,
    volume character varying(100) NOT NULL,
    directory text NOT NULL,
    path text NOT NULL,
    uid bigint,
    gone_at timestamp without time zone,
    remark text NOT NULL,
    hard_quota bigint NOT NULL,
    temporal_quota double precision NOT NULL,
    own_hard_quota boolean NOT NULL,
    own_temporal_quota boolean NOT NULL,
    added_at timestamp without time zone NOT NULL,
    last_scanned timestamp without time zone,
    last_attempt timestamp without time zone NOT NULL,
    last_scan character varying(36),
    level integer,
    size bigint,
    rescan_asked_at timestamp without time zone,
    judged_by character varying(16) NOT NULL
);
CREATE SEQUENCE public.area_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.area_id_seq OWNED BY public.area.id;
CREATE TABLE public.binding (
    id integer NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name character varying(64) NOT NULL,
    bound_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.binding_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.binding_id_seq OWNED BY public.binding.id;
CREATE TABLE public.change (
    id integer NOT NULL,
    at timestamp without time zone NOT NULL,
    name character varying(64) NOT NULL,
    client character varying(64) NOT NULL,
    what text NOT NULL
);
CREATE SEQUENCE public.change_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.change_id_seq OWNED BY public.change.id;
CREATE TABLE public.dataset (
    uid character varying(100) NOT NULL,
    spec character varying(100) NOT NULL,
    path text NOT NULL,
    arguments text NOT NULL,
    points text NOT NULL,
    document text NOT NULL,
    owner character varying(100) NOT NULL,
    group_name character varying(100) NOT NULL,
    description text NOT NULL,
    originator text NOT NULL,
    metadata text NOT NULL,
    state character varying(8) NOT NULL,
    registered_at timestamp without time zone NOT NULL,
    modified_at timestamp without time zone
);
CREATE TABLE public.delivery (
    id integer NOT NULL,
    message_id character varying(36) NOT NULL,
    channel character varying(100) NOT NULL,
    address text NOT NULL,
    state character varying(8) NOT NULL,
    attempts integer NOT NULL,
    due_at timestamp without time zone NOT NULL,
    sent_at timestamp without time zone,
    error text NOT NULL
);
CREATE SEQUENCE public.delivery_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.delivery_id_seq OWNED BY public.delivery.id;
CREATE TABLE public.directory_usage (
    id integer NOT NULL,
    load_id character varying(36) NOT NULL,
    volume character varying(100) NOT NULL,
    gid bigint NOT NULL,
    base text NOT NULL,
    directory text NOT NULL,
    bytes bigint NOT NULL,
    files bigint NOT NULL,
    newest bigint NOT NULL,
    kinds text NOT NULL
);
CREATE SEQUENCE public.directory_usage_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.directory_usage_id_seq OWNED BY public.directory_usage.id;
CREATE TABLE public.episode (
    id integer NOT NULL,
    subject_id integer NOT NULL,
    plugin character varying(100) NOT NULL,
    policy character varying(100) NOT NULL,
    level integer NOT NULL,
    finding text NOT NULL,
    began_at timestamp without time zone NOT NULL,
    as_of timestamp without time zone NOT NULL,
    fresh_until timestamp without time zone NOT NULL,
    unread text NOT NULL,
    obscured_since timestamp without time zone,
    ended_at timestamp without time zone,
    settled boolean NOT NULL,
    told_level integer,
    told_at timestamp without time zone,
    told_limit double precision,
    thread character varying(36),
    milestone integer,
    told_milestone integer,
    told_obscured boolean NOT NULL,
    lower_since timestamp without time zone,
    resumed_at timestamp without time zone,
    repeats integer NOT NULL,
    replied integer,
    quiet_until timestamp without time zone,
    snoozes integer NOT NULL,
    escalated integer NOT NULL,
    doubted boolean NOT NULL,
    silence text NOT NULL
);
CREATE SEQUENCE public.episode_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.episode_id_seq OWNED BY public.episode.id;
CREATE TABLE public.event (
    id integer NOT NULL,
    subject_id integer NOT NULL,
    episode integer,
    policy character varying(100) NOT NULL,
    at timestamp without time zone NOT NULL,
    kind character varying(16) NOT NULL,
    level integer NOT NULL,
    what text NOT NULL
);
CREATE SEQUENCE public.event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.exemption (
    id integer NOT NULL,
    subject_id integer NOT NULL,
    policy character varying(100) NOT NULL,
    until timestamp without time zone NOT NULL,
    reason text NOT NULL,
    granted_at timestamp without time zone NOT NULL,
    told_at timestamp without time zone,
    over boolean NOT NULL
);
CREATE SEQUENCE public.exemption_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.exemption_id_seq OWNED BY public.exemption.id;
CREATE TABLE public.file (
    id integer NOT NULL,
    replica_id integer NOT NULL,
    name text NOT NULL,
    place character varying(32) NOT NULL,
    size bigint NOT NULL,
    hash text NOT NULL,
    stamp text NOT NULL,
    part integer NOT NULL,
    "left" integer NOT NULL,
    origin integer NOT NULL,
    state character varying(8) NOT NULL,
    verified_at timestamp without time zone
);
CREATE SEQUENCE public.file_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.file_id_seq OWNED BY public.file.id;
CREATE TABLE public.group_limit (
    id integer NOT NULL,
    group_id bigint NOT NULL,
    volume character varying(100) NOT NULL,
    bytes bigint NOT NULL,
    files bigint NOT NULL,
    set_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.group_limit_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.group_limit_id_seq OWNED BY public.group_limit.id;
CREATE TABLE public.group_standing (
    id integer NOT NULL,
    volume character varying(100) NOT NULL,
    gid bigint NOT NULL,
    as_of timestamp without time zone NOT NULL,
    bytes bigint NOT NULL,
    files bigint NOT NULL,
    newest bigint NOT NULL,
    quota bigint NOT NULL,
    quota_files bigint NOT NULL,
    quota_source text NOT NULL,
    quota_as_of timestamp without time zone,
    level integer NOT NULL,
    bases text NOT NULL,
    latest boolean NOT NULL
);
CREATE SEQUENCE public.group_standing_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.group_standing_id_seq OWNED BY public.group_standing.id;
CREATE TABLE public.group_usage (
    id integer NOT NULL,
    load_id character varying(36) NOT NULL,
    volume character varying(100) NOT NULL,
    gid bigint NOT NULL,
    base text NOT NULL,
    bytes bigint NOT NULL,
    files bigint NOT NULL,
    newest bigint NOT NULL,
    kinds text NOT NULL,
    ages text NOT NULL,
    temporary bigint NOT NULL
);
CREATE SEQUENCE public.group_usage_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.group_usage_id_seq OWNED BY public.group_usage.id;
CREATE TABLE public.groups (
    gid bigint NOT NULL,
    name character varying(100) NOT NULL,
    found_head character varying(100) NOT NULL,
    found_contact text NOT NULL,
    found_parent bigint,
    found_at timestamp without time zone,
    complete boolean NOT NULL,
    shrunk boolean NOT NULL,
    head character varying(100),
    contact text,
    parent bigint
);
CREATE TABLE public.heard (
    id integer NOT NULL,
    message_id character varying(36) NOT NULL,
    episode_id integer NOT NULL,
    told_level integer,
    told_at timestamp without time zone,
    told_limit double precision,
    told_milestone integer,
    told_obscured boolean NOT NULL,
    thread character varying(36),
    repeats integer NOT NULL,
    lower_since timestamp without time zone,
    resumed_at timestamp without time zone,
    ended boolean NOT NULL
);
CREATE SEQUENCE public.heard_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.heard_id_seq OWNED BY public.heard.id;
CREATE TABLE public.item (
    id integer NOT NULL,
    dataset_id character varying(100) NOT NULL,
    file character varying(100) NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    shape text NOT NULL,
    dtype text NOT NULL,
    hash text NOT NULL,
    statistics text NOT NULL,
    why text NOT NULL
);
CREATE SEQUENCE public.item_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.item_id_seq OWNED BY public.item.id;
CREATE TABLE public.journal (
    id character varying(36) NOT NULL,
    dataset character varying(100) NOT NULL,
    command character varying(10) NOT NULL,
    arguments text NOT NULL,
    ordered boolean NOT NULL,
    began_at timestamp without time zone NOT NULL,
    started_at timestamp without time zone,
    step character varying(10) NOT NULL,
    source integer,
    target integer,
    folders text NOT NULL,
    turn integer NOT NULL,
    tries integer NOT NULL,
    lease_until timestamp without time zone NOT NULL,
    files integer NOT NULL,
    bytes bigint NOT NULL,
    done bigint NOT NULL,
    source_store character varying(100) NOT NULL,
    target_store character varying(100) NOT NULL,
    copied_at timestamp without time zone,
    ended_at timestamp without time zone,
    success boolean,
    outcome text NOT NULL,
    set_aside_at timestamp without time zone
);
CREATE TABLE public.life (
    dataset character varying(100) NOT NULL,
    phase character varying(8) NOT NULL,
    deciding character varying(8) NOT NULL,
    parked boolean NOT NULL,
    expires_at timestamp without time zone,
    due_at timestamp without time zone,
    events integer NOT NULL,
    bad integer NOT NULL
);
CREATE TABLE public.life_event (
    id integer NOT NULL,
    dataset character varying(100) NOT NULL,
    number integer NOT NULL,
    what character varying(16) NOT NULL,
    at timestamp without time zone NOT NULL,
    who character varying(250) NOT NULL,
    channel character varying(8) NOT NULL,
    data text NOT NULL
);
CREATE SEQUENCE public.life_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.life_event_id_seq OWNED BY public.life_event.id;
CREATE TABLE public.load (
    id character varying(36) NOT NULL,
    volume character varying(100) NOT NULL,
    name text NOT NULL,
    mtime bigint NOT NULL,
    size bigint NOT NULL,
    as_of timestamp without time zone NOT NULL,
    state character varying(8) NOT NULL,
    ordered_at timestamp without time zone NOT NULL,
    lease_until timestamp without time zone,
    attempts integer NOT NULL,
    ended_at timestamp without time zone,
    lines bigint NOT NULL,
    cells bigint NOT NULL,
    seconds double precision NOT NULL,
    failure text
);
CREATE TABLE public.managed (
    dataset character varying(100) NOT NULL,
    machine character varying(100) NOT NULL,
    folder text NOT NULL,
    filename text NOT NULL,
    size bigint NOT NULL
);
CREATE TABLE public.mark (
    name character varying(40) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE TABLE public.membership (
    id integer NOT NULL,
    group_id bigint NOT NULL,
    username character varying(100) NOT NULL
);
CREATE SEQUENCE public.membership_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.membership_id_seq OWNED BY public.membership.id;
CREATE TABLE public.message (
    id character varying(36) NOT NULL,
    user_id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    mode character varying(8) NOT NULL,
    broke_interval character varying(8) NOT NULL,
    thread character varying(36) NOT NULL,
    level integer NOT NULL,
    reasons text NOT NULL,
    subject text NOT NULL,
    text text,
    html text,
    drawings text,
    unsubscribe text NOT NULL,
    audience character varying(9) NOT NULL
);
CREATE TABLE public.move (
    id integer NOT NULL,
    dataset character varying(100) NOT NULL,
    old text NOT NULL,
    new text NOT NULL,
    at timestamp without time zone NOT NULL,
    command character varying(10) NOT NULL,
    arguments text NOT NULL
);
CREATE SEQUENCE public.move_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.move_id_seq OWNED BY public.move.id;
CREATE TABLE public.mute (
    id integer NOT NULL,
    user_id integer NOT NULL,
    policy character varying(100) NOT NULL,
    muted_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.mute_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.mute_id_seq OWNED BY public.mute.id;
CREATE TABLE public.replica (
    id integer NOT NULL,
    dataset_id character varying(100) NOT NULL,
    store character varying(100) NOT NULL,
    root text NOT NULL,
    state character varying(10) NOT NULL,
    verified_at timestamp without time zone,
    packed boolean NOT NULL
);
CREATE SEQUENCE public.replica_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.replica_id_seq OWNED BY public.replica.id;
CREATE TABLE public.scan (
    id character varying(36) NOT NULL,
    area_id integer NOT NULL,
    state character varying(8) NOT NULL,
    source character varying(8) NOT NULL,
    clock character varying(8) NOT NULL,
    as_of timestamp without time zone NOT NULL,
    progress_at timestamp without time zone NOT NULL,
    ended_at timestamp without time zone,
    slices integer NOT NULL,
    seconds double precision NOT NULL,
    size bigint NOT NULL,
    allocated bigint NOT NULL,
    files bigint NOT NULL,
    temporal_usage double precision NOT NULL,
    complete boolean NOT NULL,
    left_out text,
    usage text,
    layers text,
    tree text,
    findings text,
    failure text
);
CREATE TABLE public.schema_migration (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.schema_migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.schema_migration_id_seq OWNED BY public.schema_migration.id;
CREATE TABLE public.session (
    hash character varying(64) NOT NULL,
    name character varying(64) NOT NULL,
    operator boolean NOT NULL,
    began_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL
);
CREATE TABLE public.slice (
    id character varying(36) NOT NULL,
    scan_id character varying(36) NOT NULL,
    directories text NOT NULL,
    ordered_at timestamp without time zone NOT NULL,
    lease_until timestamp without time zone,
    attempts integer NOT NULL
);
CREATE TABLE public.spent (
    hash character varying(64) NOT NULL,
    spent_at timestamp without time zone NOT NULL
);
CREATE TABLE public.store (
    name character varying(100) NOT NULL,
    mark character varying(36) NOT NULL,
    marked_at timestamp without time zone NOT NULL
);
CREATE TABLE public.subject (
    id integer NOT NULL,
    kind character varying(16) NOT NULL,
    key text NOT NULL,
    place character varying(100) NOT NULL,
    user_id integer NOT NULL,
    contact text
);
CREATE SEQUENCE public.subject_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.subject_id_seq OWNED BY public.subject.id;
CREATE TABLE public.tar_member (
    id integer NOT NULL,
    replica_id integer NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    hash text NOT NULL
);
CREATE SEQUENCE public.tar_member_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tar_member_id_seq OWNED BY public.tar_member.id;
CREATE TABLE public.token (
    id integer NOT NULL,
    hash character varying(64) NOT NULL,
    name character varying(64) NOT NULL,
    label text NOT NULL,
    scopes character varying(100) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.token_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.token_id_seq OWNED BY public.token.id;
CREATE TABLE public.transfer_slice (
    id character varying(36) NOT NULL,
    journal_id character varying(36) NOT NULL,
    replica integer NOT NULL,
    first integer NOT NULL,
    last integer NOT NULL,
    turn integer NOT NULL,
    tries integer NOT NULL,
    lease_until timestamp without time zone
);
CREATE TABLE public.user_usage (
    id integer NOT NULL,
    load_id character varying(36) NOT NULL,
    volume character varying(100) NOT NULL,
    uid bigint NOT NULL,
    gid bigint NOT NULL,
    bytes bigint NOT NULL,
    files bigint NOT NULL,
    newest bigint NOT NULL
);
CREATE SEQUENCE public.user_usage_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.user_usage_id_seq OWNED BY public.user_usage.id;
CREATE TABLE public.users (
    id integer NOT NULL,
    name character varying(250) NOT NULL,
    uid bigint,
    full_name text NOT NULL,
    full_name_from character varying(8) NOT NULL,
    email text,
    email_from character varying(8) NOT NULL,
    notify boolean NOT NULL,
    added_at timestamp without time zone NOT NULL,
    chat text,
    language character varying(16),
    timezone character varying(64),
    digest character varying(8) NOT NULL,
    digested_at timestamp without time zone
);
CREATE SEQUENCE public.users_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
CREATE TABLE public.vault_file (
    id integer NOT NULL,
    load_id character varying(36) NOT NULL,
    volume character varying(100) NOT NULL,
    vault text NOT NULL,
    state character varying(8) NOT NULL,
    path text NOT NULL,
    uid bigint NOT NULL,
    gid bigint NOT NULL,
    bytes bigint NOT NULL,
    modified bigint NOT NULL
);
CREATE SEQUENCE public.vault_file_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.vault_file_id_seq OWNED BY public.vault_file.id;
CREATE TABLE public.wish (
    id integer NOT NULL,
    subject_id integer NOT NULL,
    policy character varying(100) NOT NULL,
    until timestamp without time zone NOT NULL,
    reason text NOT NULL,
    asked_at timestamp without time zone NOT NULL,
    decided_at timestamp without time zone,
    granted boolean,
    answer text NOT NULL
);
CREATE SEQUENCE public.wish_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.wish_id_seq OWNED BY public.wish.id;
ALTER TABLE ONLY public.area ALTER COLUMN id SET DEFAULT nextval('public.area_id_seq'::regclass);
ALTER TABLE ONLY public.binding ALTER COLUMN id SET DEFAULT nextval('public.binding_id_seq'::regclass);
ALTER TABLE ONLY public.change ALTER COLUMN id SET DEFAULT nextval('public.change_id_seq'::regclass);
ALTER TABLE ONLY public.delivery ALTER COLUMN id SET DEFAULT nextval('public.delivery_id_seq'::regclass);
ALTER TABLE ONLY public.directory_usage ALTER COLUMN id SET DEFAULT nextval('public.directory_usage_id_seq'::regclass);
ALTER TABLE ONLY public.episode ALTER COLUMN id SET DEFAULT nextval('public.episode_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.exemption ALTER COLUMN id SET DEFAULT nextval('public.exemption_id_seq'::regclass);
ALTER TABLE ONLY public.file ALTER COLUMN id SET DEFAULT nextval('public.file_id_seq'::regclass);
ALTER TABLE ONLY public.group_limit ALTER COLUMN id SET DEFAULT nextval('public.group_limit_id_seq'::regclass);
ALTER TABLE ONLY public.group_standing ALTER COLUMN id SET DEFAULT nextval('public.group_standing_id_seq'::regclass);
ALTER TABLE ONLY public.group_usage ALTER COLUMN id SET DEFAULT nextval('public.group_usage_id_seq'::regclass);
ALTER TABLE ONLY public.heard ALTER COLUMN id SET DEFAULT nextval('public.heard_id_seq'::regclass);
ALTER TABLE ONLY public.item ALTER COLUMN id SET DEFAULT nextval('public.item_id_seq'::regclass);
ALTER TABLE ONLY public.life_event ALTER COLUMN id SET DEFAULT nextval('public.life_event_id_seq'::regclass);
ALTER TABLE ONLY public.membership ALTER COLUMN id SET DEFAULT nextval('public.membership_id_seq'::regclass);
ALTER TABLE ONLY public.move ALTER COLUMN id SET DEFAULT nextval('public.move_id_seq'::regclass);
ALTER TABLE ONLY public.mute ALTER COLUMN id SET DEFAULT nextval('public.mute_id_seq'::regclass);
ALTER TABLE ONLY public.replica ALTER COLUMN id SET DEFAULT nextval('public.replica_id_seq'::regclass);
ALTER TABLE ONLY public.schema_migration ALTER COLUMN id SET DEFAULT nextval('public.schema_migration_id_seq'::regclass);
ALTER TABLE ONLY public.subject ALTER COLUMN id SET DEFAULT nextval('public.subject_id_seq'::regclass);
ALTER TABLE ONLY public.tar_member ALTER COLUMN id SET DEFAULT nextval('public.tar_member_id_seq'::regclass);
ALTER TABLE ONLY public.token ALTER COLUMN id SET DEFAULT nextval('public.token_id_seq'::regclass);
ALTER TABLE ONLY public.user_usage ALTER COLUMN id SET DEFAULT nextval('public.user_usage_id_seq'::regclass);
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
ALTER TABLE ONLY public.vault_file ALTER COLUMN id SET DEFAULT nextval('public.vault_file_id_seq'::regclass);
ALTER TABLE ONLY public.wish ALTER COLUMN id SET DEFAULT nextval('public.wish_id_seq'::regclass);
INSERT INTO public.area VALUES (4, 4, 4, 'vol1', 'dan', '/vol1/dan', NULL, NULL, '', 1000, 1e+18, true, true, '2026-03-02 08:00:00', NULL, '1970-01-01 00:00:00', NULL, NULL, NULL, NULL, '');
INSERT INTO public.area VALUES (1, 1, 1, 'vol1', 'ada', '/vol1/ada', NULL, NULL, '', 1000, 1e+18, true, true, '2026-03-02 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '70293629-2be4-4174-92ae-ec1c9aca78f2', 3, 1203, NULL, '05d8576f58a3eaba');
INSERT INTO public.area VALUES (2, 2, 2, 'vol1', 'ben', '/vol1/ben', NULL, NULL, '', 1000, 1e+18, true, true, '2026-03-02 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '4ddaa9f4-57ab-4f24-a5b7-f25c95474da9', 0, 300, NULL, '05d8576f58a3eaba');
INSERT INTO public.area VALUES (3, 3, 3, 'vol1', 'cleo', '/vol1/cleo', NULL, NULL, '', 1000, 1e+18, true, true, '2026-03-02 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '1e54e275-d554-4ad7-ab84-97641ccb54c9', 0, 100, NULL, '05d8576f58a3eaba');
INSERT INTO public.delivery VALUES (1, '13c349ce-6a85-431e-9e91-aa24e813beb6', 'email', 'ada@example.org', 'queued', 0, '2026-03-02 08:00:00', NULL, '');
INSERT INTO public.delivery VALUES (2, '48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', 'email', 'ben@example.org', 'queued', 0, '2026-03-02 08:00:00', NULL, '');
INSERT INTO public.delivery VALUES (3, 'f779a6ba-a494-4fdc-a2d7-e23f0a237913', 'email', 'ada@example.org', 'queued', 0, '2026-03-05 08:00:00', NULL, '');
INSERT INTO public.delivery VALUES (4, '75945d8d-0690-4819-a509-664c7cde606d', 'email', 'ben@example.org', 'queued', 0, '2026-03-05 08:00:00', NULL, '');
INSERT INTO public.episode VALUES (1, 1, 'quota_hard', 'quota_hard', 3, '{"level":"over","used":1203,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":null,"thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":""}', '2026-03-02 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '[]', NULL, NULL, false, 3, '2026-03-05 08:00:00', 1000, '13c349ce-6a85-431e-9e91-aa24e813beb6', NULL, NULL, false, NULL, NULL, 1, NULL, NULL, 0, 0, false, '');
INSERT INTO public.episode VALUES (2, 2, 'quota_hard', 'quota_hard', 0, '{"level":"ok","used":300,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":null,"thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":""}', '2026-03-02 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '[]', NULL, '2026-03-05 08:00:00', true, 3, '2026-03-05 08:00:00', 1000, '48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', NULL, NULL, false, '2026-03-05 08:00:00', NULL, 0, NULL, NULL, 0, 0, false, '');
INSERT INTO public.event VALUES (1, 1, 1, 'quota_hard', '2026-03-02 08:00:00', 'began', 3, '1.2 kB of 1 kB');
INSERT INTO public.event VALUES (2, 1, 1, 'quota_hard', '2026-03-02 08:00:00', 'told', 3, 'began: [XFC] You have used 120 % of your space on vol1');
INSERT INTO public.event VALUES (3, 2, 2, 'quota_hard', '2026-03-02 08:00:00', 'began', 3, '1.1 kB of 1 kB');
INSERT INTO public.event VALUES (4, 2, 2, 'quota_hard', '2026-03-02 08:00:00', 'told', 3, 'began: [XFC] You have used 110 % of your space on vol1');
INSERT INTO public.event VALUES (5, 2, 2, 'quota_hard', '2026-03-04 08:00:00', 'doubted', 3, '500 B of 1 kB; less than half of what was there before, so a second scan has to find the same');
INSERT INTO public.event VALUES (6, 1, 1, 'quota_hard', '2026-03-05 08:00:00', 'told', 3, 'repeat: [XFC] You are still using 120 % of your space on vol1 (reminder)');
INSERT INTO public.event VALUES (7, 2, 2, 'quota_hard', '2026-03-05 08:00:00', 'ended', 0, '300 B of 1 kB');
INSERT INTO public.event VALUES (8, 2, 2, 'quota_hard', '2026-03-05 08:00:00', 'told', 0, 'ended: [XFC] Thank you: you are down to 30 % of your space on vol1');
INSERT INTO public.exemption VALUES (1, 2, 'quota_temporal', '2026-05-01 08:00:00', 'agreed', '2026-03-02 08:00:00', NULL, false);
INSERT INTO public.heard VALUES (1, '13c349ce-6a85-431e-9e91-aa24e813beb6', 1, NULL, NULL, NULL, NULL, false, NULL, 0, NULL, NULL, false);
INSERT INTO public.heard VALUES (2, '48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', 2, NULL, NULL, NULL, NULL, false, NULL, 0, NULL, NULL, false);
INSERT INTO public.heard VALUES (3, 'f779a6ba-a494-4fdc-a2d7-e23f0a237913', 1, 3, '2026-03-02 08:00:00', 1000, NULL, false, '13c349ce-6a85-431e-9e91-aa24e813beb6', 0, NULL, NULL, false);
INSERT INTO public.heard VALUES (4, '75945d8d-0690-4819-a509-664c7cde606d', 2, 3, '2026-03-02 08:00:00', 1000, NULL, false, '48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', 0, '2026-03-05 08:00:00', NULL, true);
INSERT INTO public.mark VALUES ('live', '1970-01-01 00:00:00');
INSERT INTO public.mark VALUES ('ticked', '2026-03-02 08:00:00');
INSERT INTO public.message VALUES ('13c349ce-6a85-431e-9e91-aa24e813beb6', 1, '2026-03-02 08:00:00', 'live', '', '13c349ce-6a85-431e-9e91-aa24e813beb6', 3, '[{"subject":1,"area":"/vol1/ada","policy":"quota_hard","reason":"began","level":"over"}]', '[XFC] You have used 120 % of your space on vol1', 'Dear Ada,
You have used 120 % of your space on vol1.
Your hard quota is 1 kB, and you use 1.2 kB, which is 0.2 kB over it.
Where you stand on vol1
  Hard quota         1.2 kB  of 1 kB       120 %  over the limit
  Temporal quota  0 EB·days  of 1 EB·days    0 %  fine
  Your area: /vol1/ada
  Measured on Monday 2 March 2026, 08:00 UTC: 2 files, and everything
  could be read. Sizes are the lengths of files.
What helps
  1. Freeing what is over brings you back within your hard quota; freeing
     0.4 kB takes you down to 80 %.
  2. Move what you keep to project storage, and delete the rest.
Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.
You get this message because you have passed your hard quota.
This service never deletes anything.
XFC
', '<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] You have used 120 % of your space on vol1</title>
</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">
<p class="greeting" style="margin: 0 0 4px;">Dear Ada,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">You have used 120&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you use 1.2&nbsp;kB, which is 0.2&nbsp;kB over it.</p>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent over" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #a0431b;">120 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used over" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #c8643a;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">1.2&nbsp;kB of 1&nbsp;kB</td><td class="state over" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #a0431b;">over the limit</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ada</span><br>Measured on Monday 2 March 2026, 08:00 UTC: 2 files, and everything could be read. Sizes are the lengths of files.</p>
<h2 style="margin: 14px 0 6px;font-size: 15px;line-height: 1.4;font-weight: 600;">What helps</h2>
<ol style="margin: 0 0 8px;padding-left: 20px;font-size: 14px;">
<li style="margin: 0 0 5px;">Freeing what is over brings you back within your hard quota; freeing 0.4&nbsp;kB takes you down to 80&nbsp;%.</li>
<li style="margin: 0 0 5px;">Move what you keep to project storage, and delete the rest.</li>
</ol>
<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this message because you have passed your hard quota.
This service never deletes anything.</span>
</div>
</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>
</body></html>', NULL, '', 'user');
INSERT INTO public.message VALUES ('48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', 2, '2026-03-02 08:00:00', 'live', '', '48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', 3, '[{"subject":2,"area":"/vol1/ben","policy":"quota_hard","reason":"began","level":"over"}]', '[XFC] You have used 110 % of your space on vol1', 'Dear Ben,
You have used 110 % of your space on vol1.
Your hard quota is 1 kB, and you use 1.1 kB, which is 0.1 kB over it.
Where you stand on vol1
  Hard quota         1.1 kB  of 1 kB       110 %  over the limit
  Temporal quota  0 EB·days  of 1 EB·days    0 %  fine
  Your area: /vol1/ben
  Measured on Monday 2 March 2026, 08:00 UTC: 1 file, and everything could
  be read. Sizes are the lengths of files.
What helps
  1. Freeing what is over brings you back within your hard quota; freeing
     0.3 kB takes you down to 80 %.
  2. Move what you keep to project storage, and delete the rest.
Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.
You get this message because you have passed your hard quota.
This service never deletes anything.
XFC
', '<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] You have used 110 % of your space on vol1</title>
</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">
<p class="greeting" style="margin: 0 0 4px;">Dear Ben,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">You have used 110&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you use 1.1&nbsp;kB, which is 0.1&nbsp;kB over it.</p>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent over" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #a0431b;">110 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used over" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #c8643a;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">1.1&nbsp;kB of 1&nbsp;kB</td><td class="state over" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #a0431b;">over the limit</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ben</span><br>Measured on Monday 2 March 2026, 08:00 UTC: 1 file, and everything could be read. Sizes are the lengths of files.</p>
<h2 style="margin: 14px 0 6px;font-size: 15px;line-height: 1.4;font-weight: 600;">What helps</h2>
<ol style="margin: 0 0 8px;padding-left: 20px;font-size: 14px;">
<li style="margin: 0 0 5px;">Freeing what is over brings you back within your hard quota; freeing 0.3&nbsp;kB takes you down to 80&nbsp;%.</li>
<li style="margin: 0 0 5px;">Move what you keep to project storage, and delete the rest.</li>
</ol>
<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this message because you have passed your hard quota.
This service never deletes anything.</span>
</div>
</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>
</body></html>', NULL, '', 'user');
INSERT INTO public.message VALUES ('f779a6ba-a494-4fdc-a2d7-e23f0a237913', 1, '2026-03-05 08:00:00', 'live', '', '13c349ce-6a85-431e-9e91-aa24e813beb6', 3, '[{"subject":1,"area":"/vol1/ada","policy":"quota_hard","reason":"repeat","level":"over"}]', '[XFC] You are still using 120 % of your space on vol1 (reminder)', 'Dear Ada,
You are still using 120 % of your space on vol1.
Your hard quota is 1 kB, and you use 1.2 kB, which is 0.2 kB over it.
Since the last message, on Monday 2 March (UTC), hardly anything has
changed.
Where you stand on vol1
  Hard quota         1.2 kB  of 1 kB       120 %  over the limit
  Temporal quota  0 EB·days  of 1 EB·days    0 %  fine
  Your area: /vol1/ada
  Measured on Thursday 5 March 2026, 08:00 UTC: 2 files, and everything
  could be read. Sizes are the lengths of files.
  Hard quota: 3 days ago 1.2 kB, now 1.2 kB; the limit is 1 kB.
  Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is
    1 EB·days.
What helps
  1. Freeing what is over brings you back within your hard quota; freeing
     0.41 kB takes you down to 80 %.
  2. Move what you keep to project storage, and delete the rest.
Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.
You get this reminder because you are still over your hard quota.
This service never deletes anything.
XFC
', '<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] You are still using 120 % of your space on vol1 (reminder)</title>
</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">
<p class="greeting" style="margin: 0 0 4px;">Dear Ada,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">You are still using 120&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you use 1.2&nbsp;kB, which is 0.2&nbsp;kB over it. Since the last message, on Monday 2 March (UTC), hardly anything has changed.</p>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent over" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #a0431b;">120 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used over" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #c8643a;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">1.2&nbsp;kB of 1&nbsp;kB</td><td class="state over" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #a0431b;">over the limit</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ada</span><br>Measured on Thursday 5 March 2026, 08:00 UTC: 2 files, and everything could be read. Sizes are the lengths of files.</p>
<p class="picture" style="margin: 4px 0;"><img src="cid:course" width="420" alt="Hard quota: 3 days ago 1.2 kB, now 1.2 kB; the limit is 1 kB. Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is 1 EB·days." style="display: block;width: 420px;max-width: 100%;height: auto;border: 0;border-radius: 8px;"></p>
<h2 style="margin: 14px 0 6px;font-size: 15px;line-height: 1.4;font-weight: 600;">What helps</h2>
<ol style="margin: 0 0 8px;padding-left: 20px;font-size: 14px;">
<li style="margin: 0 0 5px;">Freeing what is over brings you back within your hard quota; freeing 0.41&nbsp;kB takes you down to 80&nbsp;%.</li>
<li style="margin: 0 0 5px;">Move what you keep to project storage, and delete the rest.</li>
</ol>
<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this reminder because you are still over your hard quota.
This service never deletes anything.</span>
</div>
</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>
</body></html>', '{"course":{"lines":[{"points":[[-3.0,120.0],[-2.0,120.1],[-1.0,120.2],[0.0,120.3]],"forecast":[],"name":"Hard quota: 120 % of 1 kB","passes":null,"date":""},{"points":[[-3.0,0.0],[-2.0,0.0],[-1.0,0.0],[0.0,0.0]],"forecast":[],"name":"Temporal quota: 0 % of 1 EB\u00b7days","passes":null,"date":""}],"left":-7.0,"right":0.49000000000000005,"top":127.51800000000001,"days":[[-5,"28 Feb"],[0,"today"]],"shares":[[0,"0 %"],[50,"50 %"]],"limit":"limit","forecast":""}}', '', 'reminder');
INSERT INTO public.message VALUES ('75945d8d-0690-4819-a509-664c7cde606d', 2, '2026-03-05 08:00:00', 'live', '', '48ca6dc0-a3ab-49c2-b67b-cfedbe7a3019', 0, '[{"subject":2,"area":"/vol1/ben","policy":"quota_hard","reason":"ended","level":"ok"}]', '[XFC] Thank you: you are down to 30 % of your space on vol1', 'Dear Ben,
Thank you: you are down to 30 % of your space on vol1.
Your hard quota is 1 kB, and you now use 0.3 kB, which leaves 0.7 kB.
Since the last message, on Monday 2 March (UTC), 800 B have gone.
Where you stand on vol1
  Hard quota         0.3 kB  of 1 kB       30 %  fine
  Temporal quota  0 EB·days  of 1 EB·days   0 %  fine
  Your area: /vol1/ben
  Measured on Thursday 5 March 2026, 08:00 UTC: 1 file, and everything
  could be read. Sizes are the lengths of files.
  Hard quota: 3 days ago 1.1 kB, now 300 B; the limit is 1 kB.
  Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is
    1 EB·days.
Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.
You get this message because we wrote to you about your hard quota before.
This service never deletes anything.
XFC
', '<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] Thank you: you are down to 30 % of your space on vol1</title>
</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">
<p class="greeting" style="margin: 0 0 4px;">Dear Ben,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">Thank you: you are down to 30&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you now use 0.3&nbsp;kB, which leaves 0.7&nbsp;kB. Since the last message, on Monday 2 March (UTC), 800&nbsp;B have gone.</p>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">30 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="30%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used ok" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #4c9a78;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0.3&nbsp;kB of 1&nbsp;kB</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ben</span><br>Measured on Thursday 5 March 2026, 08:00 UTC: 1 file, and everything could be read. Sizes are the lengths of files.</p>
<p class="picture" style="margin: 4px 0;"><img src="cid:course" width="420" alt="Hard quota: 3 days ago 1.1 kB, now 300 B; the limit is 1 kB. Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is 1 EB·days." style="display: block;width: 420px;max-width: 100%;height: auto;border: 0;border-radius: 8px;"></p>
<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this message because we wrote to you about your hard quota before.
This service never deletes anything.</span>
</div>
</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>
</body></html>', '{"course":{"lines":[{"points":[[-3.0,110.0],[-2.0,110.0],[-1.0,50.0],[0.0,30.0]],"forecast":[],"name":"Hard quota: 30 % of 1 kB","passes":null,"date":""},{"points":[[-3.0,0.0],[-2.0,0.0],[-1.0,0.0],[0.0,0.0]],"forecast":[],"name":"Temporal quota: 0 % of 1 EB\u00b7days","passes":null,"date":""}],"left":-7.0,"right":0.49000000000000005,"top":116.60000000000002,"days":[[-5,"28 Feb"],[0,"today"]],"shares":[[0,"0 %"],[50,"50 %"]],"limit":"limit","forecast":""}}', '', 'user');
INSERT INTO public.mute VALUES (1, 3, 'quota_hard', '2026-03-02 08:00:00');
INSERT INTO public.scan VALUES ('15405284-915b-4f95-ad81-112abb5255cc', 1, 'whole', 'scan', 'arrival', '2026-03-04 08:00:00', '2026-03-04 08:00:00', '2026-03-04 08:00:00', 1, 0.1, 1202, 1202, 2, 0, true, '{}', '{"as_of":"2026-03-04T08:00:00+00:00","clock":"arrival","total":[2,1202,1202,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1202,1202,0,0,0],0,0]],"links":[]}', '[[1772438400,1200],[1772524800,1201],[1772611200,1202]]', NULL, '[{"level":"over","used":1202,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('8643714c-b53d-4b52-afdd-5e7045dec1ea', 1, 'whole', 'scan', 'arrival', '2026-03-02 08:00:00', '2026-03-02 08:00:00', '2026-03-02 08:00:00', 1, 0.1, 1200, 1200, 2, 0, true, '{}', '{"as_of":"2026-03-02T08:00:00+00:00","clock":"arrival","total":[2,1200,1200,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1200,1200,0,0,0],0,0]],"links":[]}', '[[1772438400,1200]]', NULL, '[{"level":"over","used":1200,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":false,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('f76b0c42-f3f6-4337-b591-25aa2c03dbfa', 3, 'whole', 'scan', 'arrival', '2026-03-03 08:00:00', '2026-03-03 08:00:00', '2026-03-03 08:00:00', 1, 0.1, 100, 100, 1, 0, true, '{}', '{"as_of":"2026-03-03T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}', '[[1772438400,100]]', NULL, '[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('ee00dfcf-1d60-4d01-b3fe-6905cc137dd9', 2, 'whole', 'scan', 'arrival', '2026-03-02 08:00:00', '2026-03-02 08:00:00', '2026-03-02 08:00:00', 1, 0.1, 1100, 1100, 1, 0, true, '{}', '{"as_of":"2026-03-02T08:00:00+00:00","clock":"arrival","total":[1,1100,1100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,1100,1100,0,0,0],0,0]],"links":[]}', '[[1772438400,1100]]', NULL, '[{"level":"over","used":1100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":false,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('689acf3e-b57b-4b04-b85c-e8f4ec44f136', 3, 'whole', 'scan', 'arrival', '2026-03-02 08:00:00', '2026-03-02 08:00:00', '2026-03-02 08:00:00', 1, 0.1, 100, 100, 1, 0, true, '{}', '{"as_of":"2026-03-02T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}', '[[1772438400,100]]', NULL, '[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":false,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('35212d23-0bdd-4329-8c24-ce614acca4ad', 1, 'whole', 'scan', 'arrival', '2026-03-03 08:00:00', '2026-03-03 08:00:00', '2026-03-03 08:00:00', 1, 0.1, 1201, 1201, 2, 0, true, '{}', '{"as_of":"2026-03-03T08:00:00+00:00","clock":"arrival","total":[2,1201,1201,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1201,1201,0,0,0],0,0]],"links":[]}', '[[1772438400,1200],[1772524800,1201]]', NULL, '[{"level":"over","used":1201,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('969b83cc-88a9-4034-9532-59ee884bc18e', 2, 'whole', 'scan', 'arrival', '2026-03-03 08:00:00', '2026-03-03 08:00:00', '2026-03-03 08:00:00', 1, 0.1, 1100, 1100, 1, 0, true, '{}', '{"as_of":"2026-03-03T08:00:00+00:00","clock":"arrival","total":[1,1100,1100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,1100,1100,0,0,0],0,0]],"links":[]}', '[[1772438400,1100]]', NULL, '[{"level":"over","used":1100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('72879173-3f7f-4208-a407-add9ae5142f7', 2, 'whole', 'scan', 'arrival', '2026-03-04 08:00:00', '2026-03-04 08:00:00', '2026-03-04 08:00:00', 1, 0.1, 500, 500, 1, 0, true, '{}', '{"as_of":"2026-03-04T08:00:00+00:00","clock":"arrival","total":[1,500,500,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,500,500,0,0,0],0,0]],"links":[]}', '[[1772438400,500]]', NULL, '[{"level":"ok","used":500,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('782283e0-0f29-4bd4-8c0a-e99cf54602c6', 3, 'open', 'scan', 'arrival', '2026-03-06 08:00:00', '2026-03-06 08:00:00', NULL, 0, 0, 0, 0, 0, 0, true, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.scan VALUES ('ac8120b9-e70e-42ae-b6c8-6a785f4377dc', 3, 'whole', 'scan', 'arrival', '2026-03-04 08:00:00', '2026-03-04 08:00:00', '2026-03-04 08:00:00', 1, 0.1, 100, 100, 1, 0, true, '{}', '{"as_of":"2026-03-04T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}', '[[1772438400,100]]', NULL, '[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('70293629-2be4-4174-92ae-ec1c9aca78f2', 1, 'whole', 'scan', 'arrival', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', 1, 0.1, 1203, 1203, 2, 0, true, '{}', '{"as_of":"2026-03-05T08:00:00+00:00","clock":"arrival","total":[2,1203,1203,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1203,1203,0,0,0],0,0]],"links":[]}', '[[1772438400,1200],[1772524800,1201],[1772611200,1202],[1772697600,1203]]', NULL, '[{"level":"over","used":1203,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('4ddaa9f4-57ab-4f24-a5b7-f25c95474da9', 2, 'whole', 'scan', 'arrival', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', 1, 0.1, 300, 300, 1, 0, true, '{}', '{"as_of":"2026-03-05T08:00:00+00:00","clock":"arrival","total":[1,300,300,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,300,300,0,0,0],0,0]],"links":[]}', '[[1772438400,300]]', NULL, '[{"level":"ok","used":300,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.scan VALUES ('1e54e275-d554-4ad7-ab84-97641ccb54c9', 3, 'whole', 'scan', 'arrival', '2026-03-05 08:00:00', '2026-03-05 08:00:00', '2026-03-05 08:00:00', 1, 0.1, 100, 100, 1, 0, true, '{}', '{"as_of":"2026-03-05T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}', '[[1772438400,100]]', NULL, '[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]', NULL);
INSERT INTO public.schema_migration VALUES (1, '0001_first', '2026-12-01 13:27:58.146854');
INSERT INTO public.schema_migration VALUES (2, '0002_datasets', '2026-12-01 13:27:58.260086');
INSERT INTO public.schema_migration VALUES (3, '0003_lifecycle', '2026-12-01 13:27:58.274945');
INSERT INTO public.slice VALUES ('4e35484b-cabb-4e33-9e78-7dc0b5b890c8', '782283e0-0f29-4bd4-8c0a-e99cf54602c6', '[""]', '2026-03-06 08:00:00', NULL, 0);
INSERT INTO public.subject VALUES (1, 'area', '/vol1/ada', 'vol1', 1, NULL);
INSERT INTO public.subject VALUES (2, 'area', '/vol1/ben', 'vol1', 2, NULL);
INSERT INTO public.subject VALUES (3, 'area', '/vol1/cleo', 'vol1', 3, NULL);
INSERT INTO public.subject VALUES (4, 'area', '/vol1/dan', 'vol1', 4, NULL);
INSERT INTO public.users VALUES (1, 'ada', NULL, 'Ada', 'operator', 'ada@example.org', 'operator', true, '2026-03-02 08:00:00', NULL, NULL, NULL, 'off', NULL);
INSERT INTO public.users VALUES (2, 'ben', NULL, 'Ben', 'operator', 'ben@example.org', 'operator', true, '2026-03-02 08:00:00', NULL, NULL, NULL, 'off', NULL);
INSERT INTO public.users VALUES (3, 'cleo', NULL, 'Cleo', 'operator', 'cleo@example.org', 'operator', true, '2026-03-02 08:00:00', NULL, NULL, NULL, 'off', NULL);
INSERT INTO public.users VALUES (4, 'dan', NULL, 'Dan', 'operator', 'dan@example.org', 'operator', true, '2026-03-02 08:00:00', NULL, NULL, NULL, 'off', NULL);
SELECT pg_catalog.setval('public.area_id_seq', 4, true);
SELECT pg_catalog.setval('public.binding_id_seq', 1, false);
SELECT pg_catalog.setval('public.change_id_seq', 1, false);
SELECT pg_catalog.setval('public.delivery_id_seq', 4, true);
SELECT pg_catalog.setval('public.directory_usage_id_seq', 1, false);
SELECT pg_catalog.setval('public.episode_id_seq', 2, true);
SELECT pg_catalog.setval('public.event_id_seq', 8, true);
SELECT pg_catalog.setval('public.exemption_id_seq', 1, true);
SELECT pg_catalog.setval('public.file_id_seq', 1, false);
SELECT pg_catalog.setval('public.group_limit_id_seq', 1, false);
SELECT pg_catalog.setval('public.group_standing_id_seq', 1, false);
SELECT pg_catalog.setval('public.group_usage_id_seq', 1, false);
SELECT pg_catalog.setval('public.heard_id_seq', 4, true);
SELECT pg_catalog.setval('public.item_id_seq', 1, false);
SELECT pg_catalog.setval('public.life_event_id_seq', 1, false);
SELECT pg_catalog.setval('public.membership_id_seq', 1, false);
SELECT pg_catalog.setval('public.move_id_seq', 1, false);
SELECT pg_catalog.setval('public.mute_id_seq', 1, true);
SELECT pg_catalog.setval('public.replica_id_seq', 1, false);
SELECT pg_catalog.setval('public.schema_migration_id_seq', 3, true);
SELECT pg_catalog.setval('public.subject_id_seq', 4, true);
SELECT pg_catalog.setval('public.tar_member_id_seq', 1, false);
SELECT pg_catalog.setval('public.token_id_seq', 1, false);
SELECT pg_catalog.setval('public.user_usage_id_seq', 1, false);
SELECT pg_catalog.setval('public.users_id_seq', 4, true);
SELECT pg_catalog.setval('public.vault_file_id_seq', 1, false);
SELECT pg_catalog.setval('public.wish_id_seq', 1, false);
ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (uid);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_usage
    ADD CONSTRAINT directory_usage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.episode
    ADD CONSTRAINT episode_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exemption
    ADD CONSTRAINT exemption_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.group_limit
    ADD CONSTRAINT group_limit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.group_standing
    ADD CONSTRAINT group_standing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.group_usage
    ADD CONSTRAINT group_usage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (gid);
ALTER TABLE ONLY public.heard
    ADD CONSTRAINT heard_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.life_event
    ADD CONSTRAINT life_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.life
    ADD CONSTRAINT life_pkey PRIMARY KEY (dataset);
ALTER TABLE ONLY public.load
    ADD CONSTRAINT load_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.managed
    ADD CONSTRAINT managed_pkey PRIMARY KEY (dataset);
ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.move
    ADD CONSTRAINT move_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mute
    ADD CONSTRAINT mute_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replica
    ADD CONSTRAINT replica_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.slice
    ADD CONSTRAINT slice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.spent
    ADD CONSTRAINT spent_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tar_member
    ADD CONSTRAINT tar_member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transfer_slice
    ADD CONSTRAINT transfer_slice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_usage
    ADD CONSTRAINT user_usage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vault_file
    ADD CONSTRAINT vault_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wish
    ADD CONSTRAINT wish_pkey PRIMARY KEY (id);
CREATE INDEX area_by_level ON public.area USING btree (level DESC, path);
CREATE INDEX area_by_size ON public.area USING btree (volume, size DESC);
CREATE INDEX area_last_attempt ON public.area USING btree (last_attempt);
CREATE INDEX area_of_user ON public.area USING btree (user_id, path);
CREATE UNIQUE INDEX area_path ON public.area USING btree (path);
CREATE INDEX area_standing ON public.area USING btree (volume, level, last_scanned);
CREATE UNIQUE INDEX area_subject_id ON public.area USING btree (subject_id);
CREATE INDEX area_user_id ON public.area USING btree (user_id);
CREATE INDEX area_volume ON public.area USING btree (volume);
CREATE UNIQUE INDEX area_volume_directory ON public.area USING btree (volume, directory);
CREATE UNIQUE INDEX binding_issuer_subject ON public.binding USING btree (issuer, subject);
CREATE UNIQUE INDEX binding_name ON public.binding USING btree (name);
CREATE INDEX change_at ON public.change USING btree (at);
CREATE INDEX dataset_group_name ON public.dataset USING btree (group_name);
CREATE INDEX dataset_owner ON public.dataset USING btree (owner);
CREATE INDEX dataset_registered_at ON public.dataset USING btree (registered_at);
CREATE INDEX dataset_spec ON public.dataset USING btree (spec);
CREATE INDEX delivery_by_state ON public.delivery USING btree (state);
CREATE INDEX delivery_due ON public.delivery USING btree (due_at) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'sending'::character varying, 'retry'::character varying])::text[]));
CREATE INDEX delivery_message_id ON public.delivery USING btree (message_id);
CREATE UNIQUE INDEX delivery_message_id_channel_address ON public.delivery USING btree (message_id, channel, address);
CREATE INDEX directory_usage_by_bytes ON public.directory_usage USING btree (bytes DESC);
CREATE INDEX directory_usage_by_volume ON public.directory_usage USING btree (volume, gid);
CREATE INDEX directory_usage_load_id ON public.directory_usage USING btree (load_id);
CREATE UNIQUE INDEX episode_one_open ON public.episode USING btree (subject_id, plugin, policy) WHERE (ended_at IS NULL);
CREATE INDEX episode_open_by_policy ON public.episode USING btree (policy, level) WHERE (ended_at IS NULL);
CREATE INDEX episode_subject_id ON public.episode USING btree (subject_id);
CREATE INDEX episode_unsettled ON public.episode USING btree (subject_id) WHERE (NOT settled);
CREATE INDEX event_by_subject ON public.event USING btree (subject_id, at);
CREATE INDEX event_episode ON public.event USING btree (episode);
CREATE INDEX event_subject_id ON public.event USING btree (subject_id);
CREATE INDEX exemption_by_subject ON public.exemption USING btree (subject_id, until);
CREATE INDEX exemption_subject_id ON public.exemption USING btree (subject_id);
CREATE INDEX file_place ON public.file USING btree (place);
CREATE INDEX file_replica_id ON public.file USING btree (replica_id);
CREATE INDEX group_limit_group_id ON public.group_limit USING btree (group_id);
CREATE UNIQUE INDEX group_limit_group_id_volume ON public.group_limit USING btree (group_id, volume);
CREATE INDEX group_standing_by_bytes ON public.group_standing USING btree (bytes DESC) WHERE latest;
CREATE INDEX group_standing_by_gid ON public.group_standing USING btree (gid) WHERE latest;
CREATE INDEX group_standing_by_level ON public.group_standing USING btree (level DESC, bytes DESC) WHERE latest;
CREATE INDEX group_standing_by_newest ON public.group_standing USING btree (newest) WHERE latest;
CREATE INDEX group_standing_by_volume ON public.group_standing USING btree (volume, as_of);
CREATE UNIQUE INDEX group_standing_gid_volume_as_of ON public.group_standing USING btree (gid, volume, as_of);
CREATE INDEX group_usage_by_bytes ON public.group_usage USING btree (bytes DESC);
CREATE INDEX group_usage_by_gid ON public.group_usage USING btree (gid);
CREATE INDEX group_usage_by_volume ON public.group_usage USING btree (volume, gid);
CREATE INDEX group_usage_load_id ON public.group_usage USING btree (load_id);
CREATE INDEX groups_name ON public.groups USING btree (name);
CREATE INDEX heard_episode_id ON public.heard USING btree (episode_id);
CREATE INDEX heard_message_id ON public.heard USING btree (message_id);
CREATE UNIQUE INDEX item_one_number_per_file ON public.item USING btree (dataset_id, file, number);
CREATE INDEX journal_began_at ON public.journal USING btree (began_at);
CREATE INDEX journal_dataset ON public.journal USING btree (dataset);
CREATE UNIQUE INDEX journal_one_open_per_dataset ON public.journal USING btree (dataset) WHERE (ended_at IS NULL);
CREATE INDEX life_deciding ON public.life USING btree (deciding) WHERE ((deciding)::text <> ''::text);
CREATE INDEX life_due_at ON public.life USING btree (due_at);
CREATE UNIQUE INDEX life_event_dataset_number ON public.life_event USING btree (dataset, number);
CREATE INDEX life_expiring ON public.life USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX load_by_volume ON public.load USING btree (volume, as_of);
CREATE INDEX load_open ON public.load USING btree (ordered_at) WHERE ((state)::text = 'open'::text);
CREATE INDEX load_ordered_at ON public.load USING btree (ordered_at);
CREATE UNIQUE INDEX load_volume_name_mtime_size ON public.load USING btree (volume, name, mtime, size);
CREATE INDEX membership_group_id ON public.membership USING btree (group_id);
CREATE UNIQUE INDEX membership_group_id_username ON public.membership USING btree (group_id, username);
CREATE INDEX membership_username ON public.membership USING btree (username);
CREATE INDEX message_by_time ON public.message USING btree (created_at);
CREATE INDEX message_by_user ON public.message USING btree (user_id, created_at);
CREATE INDEX message_held ON public.message USING btree (created_at) WHERE ((mode)::text = 'held'::text);
CREATE INDEX message_user_id ON public.message USING btree (user_id);
CREATE INDEX move_dataset ON public.move USING btree (dataset);
CREATE INDEX mute_user_id ON public.mute USING btree (user_id);
CREATE UNIQUE INDEX mute_user_id_policy ON public.mute USING btree (user_id, policy);
CREATE INDEX replica_dataset_id ON public.replica USING btree (dataset_id);
CREATE INDEX replica_store ON public.replica USING btree (store);
CREATE INDEX scan_area_id ON public.scan USING btree (area_id);
CREATE INDEX scan_by_area ON public.scan USING btree (area_id, as_of);
CREATE INDEX scan_failed ON public.scan USING btree (as_of) WHERE ((state)::text = 'failed'::text);
CREATE INDEX scan_incomplete ON public.scan USING btree (id) WHERE (NOT complete);
CREATE UNIQUE INDEX scan_one_open_per_area ON public.scan USING btree (area_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX scan_open_by_progress ON public.scan USING btree (progress_at) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX schema_migration_name ON public.schema_migration USING btree (name);
CREATE INDEX session_expires_at ON public.session USING btree (expires_at);
CREATE INDEX slice_lease_until ON public.slice USING btree (lease_until);
CREATE INDEX slice_ordered_at ON public.slice USING btree (ordered_at);
CREATE INDEX slice_scan_id ON public.slice USING btree (scan_id);
CREATE INDEX spent_spent_at ON public.spent USING btree (spent_at);
CREATE UNIQUE INDEX store_mark ON public.store USING btree (mark);
CREATE UNIQUE INDEX subject_kind_key ON public.subject USING btree (kind, key);
CREATE INDEX subject_user_id ON public.subject USING btree (user_id);
CREATE INDEX tar_member_replica_id ON public.tar_member USING btree (replica_id);
CREATE INDEX token_expires_at ON public.token USING btree (expires_at);
CREATE UNIQUE INDEX token_hash ON public.token USING btree (hash);
CREATE INDEX token_name ON public.token USING btree (name);
CREATE INDEX transfer_slice_journal_id ON public.transfer_slice USING btree (journal_id);
CREATE INDEX user_usage_by_bytes ON public.user_usage USING btree (bytes DESC);
CREATE INDEX user_usage_by_gid ON public.user_usage USING btree (gid, bytes DESC);
CREATE INDEX user_usage_by_volume ON public.user_usage USING btree (volume, gid, bytes DESC);
CREATE INDEX user_usage_load_id ON public.user_usage USING btree (load_id);
CREATE UNIQUE INDEX users_name ON public.users USING btree (name);
CREATE INDEX vault_file_by_volume ON public.vault_file USING btree (volume, gid);
CREATE INDEX vault_file_load_id ON public.vault_file USING btree (load_id);
CREATE INDEX wish_open ON public.wish USING btree (subject_id) WHERE (decided_at IS NULL);
CREATE INDEX wish_subject_id ON public.wish USING btree (subject_id);
ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.subject(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.directory_usage
    ADD CONSTRAINT directory_usage_load_id_fkey FOREIGN KEY (load_id) REFERENCES public.load(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.episode
    ADD CONSTRAINT episode_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.subject(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.subject(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.exemption
    ADD CONSTRAINT exemption_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.subject(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_replica_id_fkey FOREIGN KEY (replica_id) REFERENCES public.replica(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_limit
    ADD CONSTRAINT group_limit_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.groups(gid) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_usage
    ADD CONSTRAINT group_usage_load_id_fkey FOREIGN KEY (load_id) REFERENCES public.load(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.heard
    ADD CONSTRAINT heard_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episode(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.heard
    ADD CONSTRAINT heard_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(uid) ON DELETE CASCADE;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.groups(gid) ON DELETE CASCADE;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.mute
    ADD CONSTRAINT mute_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.replica
    ADD CONSTRAINT replica_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(uid) ON DELETE CASCADE;
ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.slice
    ADD CONSTRAINT slice_scan_id_fkey FOREIGN KEY (scan_id) REFERENCES public.scan(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tar_member
    ADD CONSTRAINT tar_member_replica_id_fkey FOREIGN KEY (replica_id) REFERENCES public.replica(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.transfer_slice
    ADD CONSTRAINT transfer_slice_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES public.journal(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_usage
    ADD CONSTRAINT user_usage_load_id_fkey FOREIGN KEY (load_id) REFERENCES public.load(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.vault_file
    ADD CONSTRAINT vault_file_load_id_fkey FOREIGN KEY (load_id) REFERENCES public.load(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.wish
    ADD CONSTRAINT wish_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.subject(id) ON DELETE CASCADE;
