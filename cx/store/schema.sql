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
    type        VARCHAR NOT NULL,
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
-- Cases (owner: act/cases.py): append-only, a change is a new row; what a case is about stays as it was opened.
CREATE TABLE IF NOT EXISTS case_step (
    case_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- open | working | closed
    owner VARCHAR, due DATE NOT NULL, outcome VARCHAR, note VARCHAR NOT NULL,
    charter VARCHAR NOT NULL                               -- JSON: title, branch, touchpoint, urgent, what it came from
);
-- The register of pain points (owner: act/pain_points.py): append-only, a change is a new row.
CREATE TABLE IF NOT EXISTS pain_point (
    pain_point_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- monitor | analyse | identify | optimise | verify | closed
    charter VARCHAR NOT NULL,                              -- JSON: title, place, severity, evidence
    note VARCHAR NOT NULL
);
-- The customer bases that samples are weighted to (owner: store/customer_base.py): the latest counts, earlier ones stay.
CREATE TABLE IF NOT EXISTS customer_base (
    number BIGINT NOT NULL, given_at TIMESTAMP NOT NULL, given_by VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
    as_of DATE NOT NULL, customers VARCHAR NOT NULL        -- JSON: [dimension, value, customers]
);
