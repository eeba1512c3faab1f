-- Facts. Append-only; a revision or a correction supersedes, it never edits.
CREATE TABLE IF NOT EXISTS response (
    response_id    UUID NOT NULL,
    source         VARCHAR NOT NULL,          -- 'collect', 'demo', or the upload_id it came with
    survey_id      VARCHAR NOT NULL,
    survey_version VARCHAR NOT NULL,
    nps_kind       VARCHAR,                   -- relational | transactional | competitive
    mode           VARCHAR NOT NULL,          -- link | qr | kiosk | staff | import
    lang           VARCHAR,
    submitted_at   TIMESTAMP NOT NULL,        -- UTC
    day            DATE NOT NULL,             -- the bank's local day
    seconds        INTEGER,                   -- from first page to submission
    branch VARCHAR, region VARCHAR, channel VARCHAR, business_line VARCHAR, segment VARCHAR, product VARCHAR,
    journey VARCHAR, stage VARCHAR, touchpoint VARCHAR,
    nps TINYINT, csat TINYINT, ces TINYINT,   -- the first question of each type, as answered
    flagged BOOLEAN NOT NULL DEFAULT FALSE,   -- response quality: excluded unless asked for
    receipt        VARCHAR
);
CREATE TABLE IF NOT EXISTS answer (
    response_id UUID NOT NULL, source VARCHAR NOT NULL,
    survey_id VARCHAR NOT NULL, survey_version VARCHAR NOT NULL, nps_kind VARCHAR, mode VARCHAR NOT NULL, lang VARCHAR,
    day DATE NOT NULL,
    branch VARCHAR, region VARCHAR, channel VARCHAR, business_line VARCHAR, segment VARCHAR, product VARCHAR,
    journey VARCHAR, stage VARCHAR, touchpoint VARCHAR, -- the question's own, else the survey's
    brand       VARCHAR,                      -- competitive NPS: which bank the question is about
    question_id VARCHAR NOT NULL,
    type        VARCHAR NOT NULL,             -- the question's; expectation | importance where it asks for that
    score       SMALLINT,                     -- scored types, yes_no (0/1), as answered
    points      SMALLINT,                     -- highest point of the scale
    satisfaction SMALLINT,                    -- csat and rating, on 1..5 in hundredths (linear)
    choice      VARCHAR,                      -- single, yes_no: one row; multiple: one row a choice
    number      DECIMAL(18, 4),
    text        VARCHAR,                      -- text; date as ISO
    flagged BOOLEAN NOT NULL DEFAULT FALSE
);
-- Imported responses that a later file of the same source corrected; undoing that file puts them back.
CREATE TABLE IF NOT EXISTS response_replaced AS SELECT *, CAST(NULL AS VARCHAR) AS replaced_by FROM response LIMIT 0;
CREATE TABLE IF NOT EXISTS answer_replaced AS SELECT *, CAST(NULL AS VARCHAR) AS replaced_by FROM answer LIMIT 0;
-- Whose voice it is: customer, staff or walk (the survey's kind). NPS is asked of customers only, by whatever way it
-- comes, so that a row with a score of it is always theirs.
ALTER TABLE response ADD COLUMN IF NOT EXISTS voice VARCHAR DEFAULT 'customer';
ALTER TABLE answer ADD COLUMN IF NOT EXISTS voice VARCHAR DEFAULT 'customer';
ALTER TABLE response_replaced ADD COLUMN IF NOT EXISTS voice VARCHAR DEFAULT 'customer';
ALTER TABLE answer_replaced ADD COLUMN IF NOT EXISTS voice VARCHAR DEFAULT 'customer';
-- Idempotency and revision of collected responses: one row a submission.
CREATE TABLE IF NOT EXISTS submission (
    submission_id UUID PRIMARY KEY,
    response_id   UUID NOT NULL,
    payload_hash  VARCHAR NOT NULL,
    received_at   TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS response_revision (
    response_id UUID NOT NULL, replaced_at TIMESTAMP NOT NULL, payload VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS draft (
    submission_id UUID NOT NULL, survey_id VARCHAR NOT NULL, payload VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_mark (segment VARCHAR NOT NULL, landed_bytes BIGINT NOT NULL);

CREATE TABLE IF NOT EXISTS upload (
    upload_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,     -- indicators | responses
    source VARCHAR NOT NULL, file_name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
    row_count BIGINT NOT NULL, mapping VARCHAR NOT NULL,   -- JSON
    loaded_by VARCHAR NOT NULL, loaded_at TIMESTAMP NOT NULL,
    state VARCHAR NOT NULL                                 -- loaded | undone
);
CREATE TABLE IF NOT EXISTS source_mapping (
    source VARCHAR NOT NULL, kind VARCHAR NOT NULL, mapping VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS indicator_value (
    upload_id VARCHAR NOT NULL, indicator VARCHAR NOT NULL,
    grain VARCHAR NOT NULL,                                -- day | week | month | quarter
    day DATE NOT NULL,                                     -- first day of the period
    branch VARCHAR, region VARCHAR, channel VARCHAR, business_line VARCHAR,
    value DECIMAL(24, 6) NOT NULL, numerator DECIMAL(24, 6), denominator DECIMAL(24, 6),
    superseded_by VARCHAR                                  -- upload_id of the correction
);
CREATE TABLE IF NOT EXISTS quick_win (
    quick_win_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- idea | running | measuring | closed
    charter VARCHAR NOT NULL,                              -- JSON
    result VARCHAR                                         -- JSON, the recorded verification
);
CREATE TABLE IF NOT EXISTS quick_win_entry (
    quick_win_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,                                 -- signed | milestone | comment
    detail VARCHAR NOT NULL                                -- JSON
);
CREATE TABLE IF NOT EXISTS setting (name VARCHAR NOT NULL, value VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL);
-- Who did what (owner: store/audit.py). Append-only: the triggers refuse UPDATE, DELETE, TRUNCATE and MERGE.
CREATE TABLE IF NOT EXISTS audit_log (
    seq BIGINT NOT NULL, happened_at TIMESTAMP NOT NULL, who VARCHAR NOT NULL, action VARCHAR NOT NULL, subject VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,                               -- canonical JSON
    previous VARCHAR NOT NULL, hash VARCHAR NOT NULL       -- SHA-256, a chain
);
-- Drafts and published versions of surveys (owner: publish/). Append-only in the same way.
CREATE TABLE IF NOT EXISTS survey_revision (
    survey_id VARCHAR NOT NULL, revision INTEGER NOT NULL,
    based_on INTEGER,                                      -- the revision it was written over, or whose text it takes
    aside BOOLEAN NOT NULL,                                -- written over an outdated revision: kept, not the draft
    text VARCHAR NOT NULL, author VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS survey_step (
    survey_id VARCHAR NOT NULL, step INTEGER NOT NULL,
    action VARCHAR NOT NULL,                               -- submitted | returned | approved | published | discarded …
    revision INTEGER NOT NULL, comments VARCHAR NOT NULL,  -- JSON
    who VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS survey_version (
    survey_id VARCHAR NOT NULL, number INTEGER NOT NULL, version VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,                               -- found | published | rolled_back | outside
    level VARCHAR,                                         -- major | minor | patch; none for the first
    digest VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, text VARCHAR NOT NULL,
    revision INTEGER, authors VARCHAR NOT NULL, approved_by VARCHAR, who VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS append_only (refusal VARCHAR);  -- stays empty: what the triggers below fail to write to
CREATE TRIGGER IF NOT EXISTS audit_log_update BEFORE UPDATE ON audit_log FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('audit_log is append-only');
CREATE TRIGGER IF NOT EXISTS audit_log_delete BEFORE DELETE ON audit_log FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('audit_log is append-only');
CREATE TRIGGER IF NOT EXISTS survey_revision_update BEFORE UPDATE ON survey_revision FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('survey_revision is append-only');
CREATE TRIGGER IF NOT EXISTS survey_revision_delete BEFORE DELETE ON survey_revision FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('survey_revision is append-only');
CREATE TRIGGER IF NOT EXISTS survey_step_update BEFORE UPDATE ON survey_step FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('survey_step is append-only');
CREATE TRIGGER IF NOT EXISTS survey_step_delete BEFORE DELETE ON survey_step FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('survey_step is append-only');
CREATE TRIGGER IF NOT EXISTS survey_version_update BEFORE UPDATE ON survey_version FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('survey_version is append-only');
CREATE TRIGGER IF NOT EXISTS survey_version_delete BEFORE DELETE ON survey_version FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('survey_version is append-only');

-- Collecting (cx/collect). Who was asked: customers only as a keyed hash of the bank's own key, tokens only as their
-- SHA-256; days, not moments, so that nothing here leads from a customer to a response.
CREATE TABLE IF NOT EXISTS invitation_wave (
    wave_id VARCHAR NOT NULL, name VARCHAR NOT NULL, survey_id VARCHAR NOT NULL, survey_version VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL,
    last_day DATE NOT NULL,                                -- links answer up to this day, included
    report VARCHAR NOT NULL,                               -- JSON: listed and eligible by channel, left out by reason
    revoked_at TIMESTAMP, revoked_by VARCHAR
);
CREATE TABLE IF NOT EXISTS invitation (
    token_hash VARCHAR PRIMARY KEY, wave_id VARCHAR NOT NULL, customer VARCHAR NOT NULL, invited_day DATE NOT NULL,
    branch VARCHAR, channel VARCHAR, segment VARCHAR, product VARCHAR, lang VARCHAR,
    opened_day DATE, started_day DATE, completed_day DATE
);
-- What links without a token brought, counted by the day; nothing here is about one person.
CREATE TABLE IF NOT EXISTS reach (
    day DATE NOT NULL, survey_id VARCHAR NOT NULL, mode VARCHAR NOT NULL, channel VARCHAR, branch VARCHAR,
    event VARCHAR NOT NULL,                                -- opened | started | completed
    n BIGINT NOT NULL
);
-- Response quality: append-only; the latest row of a response and rule counts. rule 'hand' is a person's own.
CREATE TABLE IF NOT EXISTS quality_flag (
    response_id UUID NOT NULL, rule VARCHAR NOT NULL, value DOUBLE, flagged BOOLEAN NOT NULL,
    flagged_at TIMESTAMP NOT NULL, flagged_by VARCHAR NOT NULL, note VARCHAR
);
CREATE TRIGGER IF NOT EXISTS quality_flag_update BEFORE UPDATE ON quality_flag FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('quality_flag is append-only');
CREATE TRIGGER IF NOT EXISTS quality_flag_delete BEFORE DELETE ON quality_flag FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('quality_flag is append-only');
-- How a response came about (a row of Facts.beside): seconds until the first change of a question and how often it was
-- changed; 'page.1' has the seconds spent on the first page and how often it was handed in. Nothing that names a person.
CREATE TABLE IF NOT EXISTS paradata (
    response_id UUID NOT NULL, question_id VARCHAR NOT NULL, seconds DECIMAL(8, 1) NOT NULL, changes INTEGER NOT NULL
);
-- Which quotas a response counts for (a row of Facts.beside; owner of the reads: store/quotas.py).
CREATE TABLE IF NOT EXISTS quota_hit (response_id UUID NOT NULL, survey_id VARCHAR NOT NULL, quota_id VARCHAR NOT NULL);
-- The condition by which they count.
CREATE TABLE IF NOT EXISTS quota_rule (survey_id VARCHAR NOT NULL, quota_id VARCHAR NOT NULL, counts VARCHAR NOT NULL);
-- Who asked to be contacted: personal, apart from answers, in no export and no comment; the response says only yes or no
-- (a row of Facts.beside; owner: store/parts.py).
CREATE TABLE IF NOT EXISTS contact (
    response_id UUID NOT NULL, question_id VARCHAR NOT NULL,
    name VARCHAR, phone VARCHAR, email VARCHAR, preferred VARCHAR, received_at TIMESTAMP NOT NULL
);

-- Feeds: what other systems send (docs/feeds.md). A token lets one system in (owner: access/tokens.py); only its hash is kept.
CREATE TABLE IF NOT EXISTS api_token (
    token_id VARCHAR NOT NULL, hash VARCHAR NOT NULL,      -- SHA-256 of 256 random bits
    name VARCHAR NOT NULL, source VARCHAR NOT NULL,
    feeds VARCHAR NOT NULL, indicators VARCHAR, branches VARCHAR,  -- JSON lists; NULL: any
    created_by VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL, expires_at TIMESTAMP NOT NULL,
    revoked_by VARCHAR, revoked_at TIMESTAMP
);
-- What was taken under an idempotency key, and what was answered; what was refused last (owner: intake/receipts.py).
CREATE TABLE IF NOT EXISTS feed_receipt (
    token_id VARCHAR NOT NULL, key VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, feed VARCHAR NOT NULL,  -- '' for values
    received_at TIMESTAMP NOT NULL, n BIGINT NOT NULL, answer VARCHAR NOT NULL,                       -- JSON
    PRIMARY KEY (token_id, key)
);
CREATE TABLE IF NOT EXISTS feed_refusal (
    token_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, refused_at TIMESTAMP NOT NULL, status SMALLINT NOT NULL,
    total BIGINT NOT NULL, problems VARCHAR NOT NULL       -- JSON: the first ones, without what was sent
);
-- Events added up at once, by the upload that brought them; never an event itself (owner: intake/feed_cells.py).
CREATE TABLE IF NOT EXISTS feed_cell (
    upload_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, day DATE NOT NULL, branch VARCHAR, channel VARCHAR, name VARCHAR,
    attempts BIGINT NOT NULL, successes BIGINT NOT NULL,
    timed BIGINT NOT NULL, microseconds BIGINT NOT NULL,   -- attempts with a latency, and their sum
    buckets VARCHAR NOT NULL                               -- JSON: attempts by bucket of measure/latency.py
);
-- What people decided on signals (owner: act/alarms.py): append-only; the latest row that an alarm falls under counts.
CREATE TABLE IF NOT EXISTS signal_step (
    subject VARCHAR NOT NULL,                              -- key of what is watched: indicator:queue_minutes:month:b0101
    about VARCHAR NOT NULL,                                -- chance | agreed (threshold) | phase
    action VARCHAR NOT NULL,                               -- explained | normal | snoozed | reopened | based
    first DATE, through DATE,                              -- periods of the alarm as it was then
    start DATE, until DATE,                                -- phase from and to; snoozed until
    note VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);
-- What was read in a comment (owner: store/readings.py): of a text, not of a person, so that the same words are read once. Made anew from
-- the answers at any time; a text that no answer holds any more goes with the next reading.
CREATE TABLE IF NOT EXISTS comment_reading (
    text_key UBIGINT NOT NULL,                             -- half of the text's MD5: no text is kept here
    digest VARCHAR NOT NULL,                               -- of the lexicon that it was read with
    language VARCHAR NOT NULL,                             -- zh | en | other
    mood TINYINT NOT NULL,                                 -- -1 negative, 0 neither, 1 positive
    sentiment SMALLINT NOT NULL, intensity SMALLINT NOT NULL,  -- hundredths: -100..100, 0..100
    wow BOOLEAN NOT NULL, asks BOOLEAN NOT NULL,
    themes STRUCT(theme VARCHAR, mood TINYINT)[] NOT NULL,
    emotions VARCHAR[] NOT NULL, risks VARCHAR[] NOT NULL, terms VARCHAR[] NOT NULL
);
-- Every version of the bank's own lexicon files (owner: publish/lexicon.py).
CREATE TABLE IF NOT EXISTS lexicon_version (
    number INTEGER NOT NULL, file VARCHAR NOT NULL,        -- the file's name; numbers count all files together
    origin VARCHAR NOT NULL,                               -- saved | rolled_back | outside
    sha256 VARCHAR NOT NULL, text VARCHAR NOT NULL, back_to INTEGER, who VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL
);
-- Cases (owner: act/cases/): what was done, append-only; and each case as it stands, written in the same transaction.
CREATE TABLE IF NOT EXISTS case_step (
    case_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- open | working | closed
    owner VARCHAR, due DATE, outcome VARCHAR, note VARCHAR NOT NULL,
    charter VARCHAR                                        -- JSON: what a case is about, on the step that opened it
);
ALTER TABLE case_step ADD COLUMN IF NOT EXISTS action VARCHAR;      -- none: written before cases had a file of their own
ALTER TABLE case_step ADD COLUMN IF NOT EXISTS root_cause VARCHAR;
ALTER TABLE case_step ADD COLUMN IF NOT EXISTS template VARCHAR;
ALTER TABLE case_step ALTER COLUMN due DROP NOT NULL;
ALTER TABLE case_step ALTER COLUMN charter DROP NOT NULL;
CREATE TABLE IF NOT EXISTS case_file (
    case_id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, kinds VARCHAR[] NOT NULL, hot BOOLEAN NOT NULL,
    title VARCHAR NOT NULL, branch VARCHAR, touchpoint VARCHAR, channel VARCHAR, topic VARCHAR,
    survey_id VARCHAR, response_id UUID, score TINYINT,
    subject VARCHAR, agreed BOOLEAN, first DATE, last DATE, -- of a signal
    source VARCHAR NOT NULL,                               -- rules | hand | demo | the file it came with
    state VARCHAR NOT NULL, desk VARCHAR NOT NULL, owner VARCHAR,
    contact_due TIMESTAMP, close_due TIMESTAMP, contacted_at TIMESTAMP, closed_at TIMESTAMP, escalated_at TIMESTAMP,
    reopened INTEGER NOT NULL, root_cause VARCHAR, outcome VARCHAR, note VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,                            -- code by which the customer, asked again, is known
    again TINYINT, again_at TIMESTAMP, timely BOOLEAN, disputed VARCHAR,
    opened_at TIMESTAMP NOT NULL, opened_by VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL
);
ALTER TABLE case_file ADD COLUMN IF NOT EXISTS placed VARCHAR;       -- why it is about its touchpoint: rating:<question> | theme:<id> | survey | tie | none
-- From when a rule of this meaning counts.
CREATE TABLE IF NOT EXISTS case_rule (rule_id VARCHAR NOT NULL, meaning VARCHAR NOT NULL, since TIMESTAMP NOT NULL);
INSERT INTO case_file BY NAME
    SELECT case_id, CASE WHEN charter ->> '$.cause' IS NULL THEN 'hand' ELSE 'signal' END AS kind, [kind] AS kinds,
        (charter ->> '$.urgent')::BOOLEAN AS hot, charter ->> '$.title' AS title, charter ->> '$.branch' AS branch,
        charter ->> '$.touchpoint' AS touchpoint, charter ->> '$.cause.subject' AS subject,
        (charter ->> '$.cause.agreed')::BOOLEAN AS agreed, (charter ->> '$.cause.first')::DATE AS first,
        (charter ->> '$.cause.last')::DATE AS last, 'hand' AS source, state, '' AS desk, owner,
        due + INTERVAL 10 HOUR AS close_due,               -- they were due by the day: 18:00 in China
        CASE WHEN state = 'closed' THEN recorded_at END AS closed_at, 0 AS reopened, outcome, note, '' AS reference,
        min(recorded_at) OVER of_case AS opened_at, first(recorded_by ORDER BY recorded_at) OVER of_case AS opened_by,
        recorded_at, recorded_by
    FROM case_step WHERE action IS NULL AND case_id NOT IN (SELECT case_id FROM case_file)
    WINDOW of_case AS (PARTITION BY case_id)
    QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY recorded_at DESC) = 1;
-- The register of pain points (owner: act/pain_points/): append-only, a change is a new row.
CREATE TABLE IF NOT EXISTS pain_point (
    pain_point_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- monitor | analyse | identify | optimise | verify | closed
    charter VARCHAR NOT NULL,                              -- JSON: title, matter, severity, evidence, owner, proof
    note VARCHAR NOT NULL
);
-- The customer bases that samples are weighted to (owner: store/customer_base.py): the latest counts, earlier ones stay.
CREATE TABLE IF NOT EXISTS customer_base (
    number BIGINT NOT NULL, given_at TIMESTAMP NOT NULL, given_by VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
    as_of DATE NOT NULL, customers VARCHAR NOT NULL        -- JSON: [dimension, value, customers]
);
-- Experiments (owner: act/experiments/): append-only, a change is a new row. Of an outcome file only sums are kept, never a key.
CREATE TABLE IF NOT EXISTS experiment (
    experiment_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- draft | running | stopped | concluded | dropped
    definition VARCHAR NOT NULL, found VARCHAR,            -- JSON; what was found when it was stopped
    lesson VARCHAR, note VARCHAR NOT NULL                  -- JSON; a line of the log
);
CREATE TABLE IF NOT EXISTS experiment_outcome (
    experiment_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
    sums VARCHAR NOT NULL                                  -- JSON: [day, arm, n, total, squares]; the latest file counts
);
-- Proven quick wins on their way into the other branches (owner: act/rollout/): append-only, the latest row counts.
CREATE TABLE IF NOT EXISTS rollout_step (
    quick_win_id VARCHAR NOT NULL, branch VARCHAR NOT NULL, state VARCHAR NOT NULL,  -- planned | done | withdrawn
    wave INTEGER NOT NULL, starts DATE NOT NULL, ends DATE NOT NULL, note VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    basis VARCHAR NOT NULL                                 -- JSON: title of the win, figures that it was planned on
);
-- What departments promised to do (owner: act/actions.py), and thanks to branches (owner: act/kudos.py): append-only.
CREATE TABLE IF NOT EXISTS action_step (
    action_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- todo | doing | done | dropped
    charter VARCHAR NOT NULL,                              -- JSON: title, department, due, owner, place, what it came from
    note VARCHAR NOT NULL, answer VARCHAR NOT NULL         -- what staff and customers may be told of it
);
CREATE TABLE IF NOT EXISTS kudos (
    kudos_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    branch VARCHAR NOT NULL, state VARCHAR NOT NULL,       -- given | taken_back
    text VARCHAR NOT NULL, said_on DATE                    -- the day a customer said it; none: a colleague's words
);
