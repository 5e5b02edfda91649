//! Verifications: from a request's fields to an operation on the store, and back.

use domain::{
    address::PhoneNumber,
    channel::Channel,
    country::Country,
    digest::{Digest, Fixed, sha256},
    id::{ApiKeyId, VerificationId, v7},
    key::NumberKey,
    limit::{LimitKey, Rule},
    locale::Locale,
    refusal::Refusal,
    time::Time,
    verification::{Answer, Create, Event, Operation, Priority, Purpose, Recipient, Verification},
};
use store::{number, seal, seal::Unsealable, verification};

use super::{
    App,
    arrival::{Note, samples_of},
    idempotency::Birth,
    service::Known,
    source::Source,
};
use crate::clock;

/// A verification that is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The number, as typed.
    pub to: String,
    /// Where a number without `+` belongs.
    pub country: Option<Country>,
    /// How its first code has to go; `None`: as it can.
    pub channel: Option<Channel>,
    /// What it is for.
    pub purpose: Purpose,
    /// How urgent its messages are, if the application says.
    pub priority: Option<Priority>,
    /// The language of its messages.
    pub locale: Locale,
    /// What else it is bound to, as the application names it.
    pub binding: Option<String>,
    /// The end user's session, as the application names it; opaque.
    pub context: Context,
    /// Whether the number is on file for this person.
    pub known: bool,
    /// The host of the page that asks, where it is the service's own (rule D5).
    pub host: Option<String>,
    /// Where it comes from.
    pub source: Source,
    /// What its id is made of, where a repeat has to find it.
    pub birth: Option<Birth>,
}

/// Whose session a verification belongs to (rule V1): an application's and a hosted page's never meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Context {
    /// The application names none: all such requests for a number are one context.
    #[default]
    None,
    /// As the application names it.
    Application(String),
    /// A hosted page's flow.
    Flow(String),
}

/// A number that a service's codes may go to.
pub(crate) struct Reachable {
    /// The number.
    pub number: PhoneNumber,
    /// Its country.
    pub country: Country,
    /// How they go there, unless a call is asked for: by call where no SMS does.
    pub channel: Channel,
    /// Its blind index within the service.
    pub key: NumberKey,
}

/// What came of a create.
pub struct Created {
    /// How it stands.
    pub verification: Verification,
    /// Whether it is new; else it was under way and nothing was sent.
    pub is_new: bool,
}

/// What came of a right code.
pub struct Approved {
    /// How it stands.
    pub verification: Verification,
    /// Shown once, good for ten minutes (rule V1).
    pub proof: String,
}

impl Reachable {
    /// Whether its first code can go as it has to.
    fn takes(&self, wanted: Option<Channel>) -> Result<(), Refusal> {
        match wanted {
            Some(Channel::Sms) => self.number.plan().without_sms().map_or(Ok(()), |it| Err(Refusal::Number(it))),
            Some(Channel::Call) if self.channel == Channel::Sms => Err(Refusal::CallNotOffered),
            Some(Channel::Call) | None => Ok(()),
        }
    }
}

impl Context {
    fn digest(&self) -> Digest {
        match self {
            Context::None => Fixed([0; 32]),
            Context::Application(name) => sha256(format!("application {name}").as_bytes()),
            Context::Flow(id) => sha256(format!("flow {id}").as_bytes()),
        }
    }
}

impl App {
    /// Begins a verification, or finds the one that is under way.
    ///
    /// # Errors
    /// Every refusal of a number, a limit or a wait.
    pub async fn create_verification(&self, known: &Known, request: &Request) -> Result<Created, Refusal> {
        let to = self.number(known, &request.to, request.country)?;
        to.takes(request.channel)?;
        if let Some(birth) = request.birth.filter(|birth| birth.again)
            && let Some(verification) = self.find(known, new_id(to.key, birth)).await?
        {
            return Ok(Created { verification, is_new: true });
        }
        let _place = self.fairness.take(request.source.asker(known.service.id))?;
        let spent = self.spend(known, &to.number, Some(to.country), to.channel).await?;
        let outcome = self.begin(known, request, &to, spent.reserved).await;
        if !outcome.as_ref().is_ok_and(|created| created.is_new) {
            self.unspend(&spent);
        }
        outcome
    }

    async fn begin(
        &self,
        known: &Known,
        request: &Request,
        to: &Reachable,
        reserved: Option<Time>,
    ) -> Result<Created, Refusal> {
        // Twice: the one under way may end between the answer and the look at it.
        for _ in 0..2 {
            match self.apply(self.create(known, request, to, reserved)).await? {
                Answer::Verification(verification) => {
                    self.metrics.created.inc();
                    self.follow(known, &verification, to, &request.source);
                    return Ok(Created { verification: *verification, is_new: true });
                }
                Answer::UnderWay(id) => {
                    if let Some(verification) = self.find(known, id).await? {
                        return Ok(Created { verification, is_new: false });
                    }
                }
                Answer::Noted => return Err(Refusal::Internal),
            }
        }
        Err(Refusal::Unavailable)
    }

    fn create(&self, known: &Known, request: &Request, to: &Reachable, reserved: Option<Time>) -> Operation {
        let id = new_id(to.key, request.birth.unwrap_or_else(|| Birth::new(self.now())));
        let create = Create {
            id,
            service: known.service.id,
            to: self.recipient(id, to),
            purpose: request.purpose,
            priority: request.priority,
            binding: request.binding.as_ref().map_or(Fixed([0; 32]), |binding| sha256(binding.as_bytes())),
            context: request.context.digest(),
            known: request.known,
            locale: request.locale,
            host: request.host.clone(),
            salt: Fixed(clock::random()),
            message: self.first_message(known.service.id, id.shard()),
            reserved,
        };
        let strange = (!request.known).then_some(&to.number);
        self.operation(known, None, Event::Create(create), self.sources(known, &request.source, strange))
    }

    /// Judges a code.
    ///
    /// # Errors
    /// `incorrect-code` and its kin.
    pub async fn check(
        &self,
        known: &Known,
        id: VerificationId,
        typed: String,
        source: &Source,
    ) -> Result<Approved, Refusal> {
        let secret: [u8; 16] = clock::random();
        let proof = format!("prf_{}", Fixed(secret).hex());
        let event = Event::Check { typed, proof: proof_digest(&proof, source.key) };
        let answer = self.apply(self.operation(known, Some(id), event, Vec::new())).await;
        self.metrics.checked(answer.as_ref().err());
        if let Ok(_) | Err(Refusal::IncorrectCode { .. }) = &answer {
            self.came_back(known.service.id, source, answer.is_ok());
        }
        let verification = changed(answer?)?;
        self.note(Note::Back(verification.newest().message));
        Ok(Approved { verification, proof })
    }

    /// Ends a verification that nobody wants any more.
    ///
    /// # Errors
    /// `not-found`, or `already-used` if it was approved.
    pub async fn cancel(&self, known: &Known, id: VerificationId) -> Result<Verification, Refusal> {
        let operation = self.operation(known, Some(id), Event::Cancel, Vec::new());
        changed(self.apply(operation).await?)
    }

    /// Redeems the proof of an approval: the only statement to build on (rule V1).
    ///
    /// # Errors
    /// `not-found` for another proof, `already-used`, `expired-code`.
    pub async fn redeem_proof(
        &self,
        known: &Known,
        id: VerificationId,
        proof: &str,
        key: ApiKeyId,
    ) -> Result<Verification, Refusal> {
        let event = Event::Redeem { proof: proof_digest(proof, Some(key)) };
        changed(self.apply(self.operation(known, Some(id), event, Vec::new())).await?)
    }

    /// Notes of the message that is followed, the first one, that somebody asked for another, or for help.
    pub(crate) fn note_again(&self, verification: &Verification) {
        if let Some(first) = verification.generations.first() {
            self.note(Note::Again(first.message));
        }
    }

    /// Lets the first message be one of those by which it is told whether messages arrive.
    fn follow(&self, known: &Known, verification: &Verification, to: &Reachable, source: &Source) {
        let message = verification.newest().message;
        // Where many are sent most are not followed: what would be noted of them is not worked out.
        if !self.asked(known.service.id, message) {
            return;
        }
        self.note(Note::Asked {
            message,
            phone: verification.phone,
            sources: samples_of(source, self.keys.load().index(), known.service.id),
            country: to.country.code().to_owned(),
            numbers: to.number.range().to_owned(),
        });
    }

    /// How a verification stands.
    ///
    /// # Errors
    /// `not-found` for another service's, an erased and an unknown one alike.
    pub async fn verification(&self, known: &Known, id: VerificationId) -> Result<Verification, Refusal> {
        self.find(known, id).await?.ok_or(Refusal::NotFound)
    }

    /// Until when no other code may be asked for in its context, after wrong ones; `None` from then on.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn waits_until(&self, verification: &Verification) -> Result<Option<Time>, Refusal> {
        let key = verification.number;
        let number = self.store.read(move |tx| number::fetch(tx, key)).await?;
        let admitted = number.admit(&verification.context, verification.known, self.now());
        Ok(admitted.err().and_then(|refusal| refusal.retry_at()))
    }

    pub(super) async fn find(&self, known: &Known, id: VerificationId) -> Result<Option<Verification>, Refusal> {
        let service = known.service.id;
        Ok(self.store.read(move |tx| verification::fetch(tx, service, id)).await?)
    }

    /// The blind index of a number within a service.
    ///
    /// # Errors
    /// Why it is no number that the service takes.
    pub fn number_key(&self, known: &Known, to: &str, country: Option<Country>) -> Result<NumberKey, Refusal> {
        Ok(self.number(known, to, country)?.key)
    }

    /// The number that a verification went to.
    pub fn number_of(&self, verification: &Verification) -> Option<PhoneNumber> {
        let opened = seal::open(&self.keys.load(), &verification.id.bytes(), &verification.address);
        if let Err(Unsealable::KeyGone(_)) = opened {
            self.key_file.want();
        }
        String::from_utf8(opened.ok()?).ok().map(PhoneNumber::from_stored)
    }

    /// Reads a number and refuses what the service does not take, before anything else happens.
    pub(crate) fn number(&self, known: &Known, to: &str, country: Option<Country>) -> Result<Reachable, Refusal> {
        let (number, plan) = PhoneNumber::read(to, country).map_err(Refusal::Number)?;
        let channel = known.policy.channel_to(plan.number_type).map_err(Refusal::Number)?;
        let allowed = plan.country.filter(|country| known.policy.countries.contains(country));
        // A message that no route may ever take would wait in silence until its code expires.
        let is_covered = self.routes.may_cover(plan, channel);
        let country = match (allowed, plan.without_sms()) {
            (Some(country), _) if is_covered => country,
            (Some(_), Some(problem)) => return Err(Refusal::Number(problem)),
            (Some(_) | None, _) => return Err(Refusal::CountryNotAllowed { country: plan.country }),
        };
        let key = self.keys.load().index().number(known.service.id, &number);
        Ok(Reachable { number, country, channel, key })
    }

    pub(super) fn recipient(&self, id: VerificationId, to: &Reachable) -> Recipient {
        let keys = self.keys.load();
        let sealed = seal::seal(keys.current(), &id.bytes(), clock::random(), to.number.e164().as_bytes());
        let phone = keys.index().phone(&to.number);
        Recipient { number: to.key, phone, address: sealed, channel: to.channel }
    }

    /// What is charged: the sources, and the range of a number that nobody says to know.
    pub(super) fn sources(
        &self,
        known: &Known,
        source: &Source,
        strange: Option<&PhoneNumber>,
    ) -> Vec<(LimitKey, Vec<Rule>)> {
        let shared = &self.config.http.shared_networks;
        let mut limits = source.limits(self.keys.load().index(), known.service.id, &known.policy.sources, shared);
        for rule in limits.iter_mut().flat_map(|(_, rules)| rules) {
            if rule.of.is_some_and(|of| known.policy.shadows(of)) {
                *rule = rule.shadowed();
            }
        }
        limits.extend(strange.and_then(|number| self.range_limit(known, number)));
        limits
    }

    pub(super) fn operation(
        &self,
        known: &Known,
        verification: Option<VerificationId>,
        event: Event,
        sources: Vec<(LimitKey, Vec<Rule>)>,
    ) -> Operation {
        let policy = known.policy.clone();
        Operation { id: self.operation_id(), service: Some(known.service.id), verification, policy, sources, event }
    }
}

/// An id that says by which worker the number's rows are written.
fn new_id(number: NumberKey, birth: Birth) -> VerificationId {
    VerificationId(v7(birth.at, number.0[0], birth.random))
}

/// A proof is good for the API key that it was given to (rule V1); one that a hosted page's check made, for none.
fn proof_digest(proof: &str, key: Option<ApiKeyId>) -> Digest {
    let key = key.map_or(String::new(), |key| key.to_string());
    sha256(format!("{proof} {key}").as_bytes())
}

pub(super) fn changed(answer: Answer) -> Result<Verification, Refusal> {
    match answer {
        Answer::Verification(verification) => Ok(*verification),
        Answer::UnderWay(_) | Answer::Noted => Err(Refusal::Internal),
    }
}
