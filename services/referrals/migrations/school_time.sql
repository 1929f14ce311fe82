-- Time as a school counts it. All due times are computed here, in the database that compares them.
--
-- A school's staffed hours are rows of school_days, in local time; known_schools has its IANA zone. Where no calendar
-- reaches, every hour counts: a student is then looked after too soon rather than never.

create function referrals.staffed_hours(school uuid, since timestamptz)
returns table (n bigint, day date, opens_at timestamptz, closes_at timestamptz)
language sql stable as $$
    select row_number() over (order by d.day), d.day,
           (d.day + d.opens) at time zone s.tz, (d.day + d.closes) at time zone s.tz
      from referrals.school_days d join referrals.known_schools s using (school_id)
     where d.school_id = school
       and d.day >= (since at time zone s.tz)::date
       and (d.day + d.closes) at time zone s.tz > since
$$;

comment on function referrals.staffed_hours is 'The staffed hours that end after a moment, numbered from 1';


create function referrals.after_minutes(school uuid, since timestamptz, minutes double precision)
returns timestamptz
language sql stable as $$
    with open_time as (
        select closes_at, greatest(opens_at, since) as from_at,
               sum(closes_at - greatest(opens_at, since)) over (order by n) as so_far
          from referrals.staffed_hours(school, since)
    ), wanted as (
        select minutes * interval '1 minute' as length
    ), reached as (
        select min(closes_at - (so_far - length)) as at from open_time, wanted where so_far >= length
    ), beyond as (
        select coalesce(max(closes_at), since) + length - coalesce(max(so_far), interval '0') as at
          from wanted left join open_time on true group by length
    )
    select coalesce(reached.at, beyond.at) from reached, beyond
$$;

comment on function referrals.after_minutes is 'When so many staffed minutes have passed since a moment';


create function referrals.after_days(school uuid, since timestamptz, days integer)
returns timestamptz
language sql stable as $$
    with hours as materialized (
        select * from referrals.staffed_hours(school, since) where n <= days + 1
    ), starting as (
        select greatest(opens_at, since) as at, (greatest(opens_at, since) at time zone tz)::time as o_clock, tz
          from hours, referrals.known_schools where n = 1 and school_id = school
    ), reached as (
        select least(closes_at, greatest(opens_at, (day + o_clock) at time zone tz)) as at
          from hours, starting where n = days + 1
    ), beyond as (
        select coalesce(max(least(closes_at, greatest(opens_at, (day + o_clock) at time zone tz))), since)
               + (days + 1 - greatest(count(n), 1)) * interval '1 day' as at
          from hours left join starting on true
    )
    select coalesce((select at from reached), (select at from beyond))
$$;

comment on function referrals.after_days is
    'The same local time on the n-th following school day, within that day''s staffed hours';


create function referrals.closes_after(school uuid, since timestamptz)
returns timestamptz
language sql stable as $$
    select coalesce((select closes_at from referrals.staffed_hours(school, since) where n = 1), since)
$$;

comment on function referrals.closes_after is 'When the school day ends that is going on at a moment, or comes next';


create function referrals.due_at(school uuid, since timestamptz, unit text, amount integer)
returns timestamptz
language sql stable as $$
    select case unit
        when 'seconds' then since + amount * interval '1 second'
        when 'school_minutes' then referrals.after_minutes(school, since, amount)
        when 'school_days' then referrals.after_days(school, since, amount)
        when 'same_school_day' then
            greatest(referrals.closes_after(school, since), referrals.after_minutes(school, since, 60))
    end
$$;

comment on function referrals.due_at is 'When a clock runs out that started at a moment, by a rule of the policy';


create function referrals.minutes_between(school uuid, since timestamptz, until timestamptz, unit text)
returns double precision
language sql stable as $$
    select extract(epoch from case
        when until <= since then interval '0'
        when unit = 'seconds' then until - since
        else (
            select coalesce(sum(least(closes_at, until) - greatest(opens_at, since))
                                filter (where opens_at < until), interval '0')
                   + greatest(interval '0', until - greatest(since, coalesce(max(closes_at), since)))
              from referrals.staffed_hours(school, since))
    end) / 60.0
$$;

comment on function referrals.minutes_between is
    'Minutes that a student waited: by the wall clock where the rule counts seconds, else staffed minutes';


create function referrals.share_at(school uuid, since timestamptz, due timestamptz, unit text, share double precision)
returns timestamptz
language sql stable as $$
    select case unit
        when 'seconds' then since + (due - since) * share
        else referrals.after_minutes(school, since, referrals.minutes_between(school, since, due, unit) * share)
    end
$$;

comment on function referrals.share_at is 'When a share of a clock''s time has been used';


create function referrals.closing_time(school uuid, since timestamptz)
returns timestamptz
language sql stable as $$
    select referrals.closes_after(school, since - interval '1 microsecond')
$$;

comment on function referrals.closing_time is 'The first closing time that is not before a moment';


create function referrals.local_day(school uuid, at timestamptz)
returns date
language sql stable as $$
    select (at at time zone coalesce((select tz from referrals.known_schools where school_id = school), 'UTC'))::date
$$;

comment on function referrals.local_day is 'The calendar day at a school';
