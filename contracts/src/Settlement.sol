// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Escrow} from "./Escrow.sol";
import {Params, ParamsLib} from "./Params.sol";
import {Registry} from "./Registry.sol";
import {PayerRow, Statement, StatementLib} from "./Statement.sol";
import {ProofStep, SumTree} from "./SumTree.sol";
import {Way, WAY_RESERVE} from "./Way.sol";

/// @notice How a settlement is deployed. Addresses and times never change; owner, guardian and parameters may.
struct Config {
    IERC20 dollar;
    Way way;
    Escrow escrow;
    Registry registry;
    address burnAuction;
    /// Changes parameters and the guardian: the deployer while bootstrapping, the timelock afterwards.
    address owner;
    address guardian;
    /// Unix seconds; epoch n is [genesisTime + n·epochSeconds, genesisTime + (n+1)·epochSeconds).
    uint64 genesisTime;
    uint64 epochSeconds;
    /// K: blocks between the opening of an epoch and the block whose hash is its seed.
    uint64 seedDelayBlocks;
    uint64 disputeWindowSeconds;
    Params params;
}

/// @notice One payout to claim.
struct Claim {
    address account;
    /// Cumulative over all epochs: µ$ and WAY.
    uint128 dollars;
    uint128 way;
    uint256 index;
    ProofStep[] proof;
}

/// @title Settlement: from a quorum's statement to everybody's payout
/// @notice Verifiers compute what everyone earned in an epoch and sign it; this contract checks the quorum and, against
/// its own books, the bounds that hold whoever signs: dollars out ≤ dollars in − ⌈μ·dollars in⌉, each payer's row within
/// its escrow, WAY allotted ≤ C by kind, WAY vested ≤ WAY allotted, paid ≤ settled. Not upgradeable.
/// @dev The seam for disputes is `_void`: a proven fault inside the dispute window calls it and nothing of the statement
/// remains. Until the window is over nothing left this contract: the auction's dollars and the minting wait for it.
contract Settlement is Ownable, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using ParamsLib for Params;

    /// @dev One slot. Epochs and seconds fit 48 bits for eight million years.
    struct Clock {
        /// The lowest epoch that may still be opened.
        uint48 nextEpoch;
        /// The lowest epoch that may still be settled.
        uint48 nextStatement;
        /// Statements accepted and not voided.
        uint48 accepted;
        /// Of these, how many are final; `accepted` or one less.
        uint48 finalized;
        /// When the last accepted one is final (unix seconds).
        uint48 finalAt;
    }

    struct Outcome {
        bytes32 statementHash;
        bytes32 payoutsRoot;
        uint256 payoutsSum;
    }

    /// @dev What an accepted statement does when it becomes final.
    struct Deferred {
        uint128 auctionDollars;
        uint128 wayToMint;
    }

    struct Guardian {
        address account;
        uint64 pausedUntil;
    }

    /// @notice The longest pause, and the shortest time between the end of one and the start of the next.
    uint256 public constant MAX_PAUSE_SECONDS = 7 days;

    /// @dev The current outcome, the one before, and one that pends.
    uint256 private constant RING = 3;

    IERC20 public immutable dollar;
    Way public immutable way;
    Escrow public immutable escrow;
    Registry public immutable registry;
    address public immutable burnAuction;
    uint64 public immutable genesisTime;
    uint64 public immutable epochSeconds;
    uint64 public immutable seedDelayBlocks;
    uint64 public immutable disputeWindowSeconds;

    /// @notice λ at deployment: governance may lower it, never raise it above.
    uint32 public immutable maxLambdaPerBillion;

    Clock private _clock;
    Guardian private _guardian;
    Params private _params;
    Deferred private _deferred;

    /// @notice R: WAY that may still be allotted.
    uint128 public reserve;

    /// @notice WAY vested by all accepted statements; never more than was allotted.
    uint128 public vestedTotal;

    /// @notice WAY of the treasury that waits to be paid as stipends.
    uint256 public stipendPot;

    /// @dev µ$ << 128 | WAY over all accounts.
    uint256 private _claimedTotal;

    Outcome[RING] private _outcomes;
    mapping(address account => uint256 packed) private _claimed;
    mapping(uint256 epoch => uint256) private _seedBlocks;
    mapping(uint256 epoch => bytes32) private _seeds;
    mapping(uint256 epoch => mapping(address verifier => bytes32)) private _revealHeads;

    event RevealCommitted(uint64 indexed epoch, address indexed verifier, bytes32 head);
    event EpochOpened(uint64 indexed epoch, uint256 seedBlock);
    event SeedRecorded(uint64 indexed epoch, bytes32 seed);
    event StatementPosted(uint64 indexed epoch, bytes32 indexed statementHash, uint64 finalAt, Statement statement);
    event StatementSources(
        bytes32 indexed statementHash, address[] signers, bytes32[] bundleHeads, uint256[4] allottedByKind
    );
    event StatementFinalized(bytes32 indexed statementHash, bytes32 payoutsRoot, uint256 payoutsSum);
    event StatementVoided(uint64 indexed epoch, bytes32 indexed statementHash);
    event PayoutClaimed(address indexed account, address indexed recipient, uint256 dollars, uint256 wayAmount);
    event StipendFunded(address indexed from, uint256 amount, uint256 pot);
    event ParamsSet(bytes32 indexed paramsHash, Params params);
    event GuardianSet(address indexed guardian);
    event Paused(uint64 until);

    error ZeroAddress();
    error ZeroDuration();
    error ThawTooShort(uint64 thawSeconds);
    error NotActiveVerifier(address account);
    error EpochAlreadyOpened(uint64 epoch);
    error EpochNotCurrent(uint64 epoch, uint64 current);
    error EpochNotOpened(uint64 epoch);
    error NotStarted(uint64 genesisTime);
    error SeedBlockNotMined(uint256 seedBlock);
    error SeedAlreadyRecorded(uint64 epoch);
    error SeedOutOfWindow(uint64 epoch, uint256 seedBlock);
    error StatementPaused(uint64 until);
    error PreviousStatementPending(uint64 finalAt);
    error EpochAlreadySettled(uint64 epoch, uint64 next);
    error EpochNotEnded(uint64 epoch);
    error SeedNotRecorded(uint64 epoch);
    error WrongPrevious(bytes32 given, bytes32 expected);
    error WrongParams(bytes32 given, bytes32 expected);
    error RegistryBlockInFuture(uint64 registryBlock);
    error BundleHeadsNotAscending(uint256 index);
    error WrongBundleHeads(bytes32 given, bytes32 actual);
    error WrongPayerRows(bytes32 given, bytes32 actual);
    error WrongAllottedByKind(bytes32 given, bytes32 actual);
    error SignersNotAscending(uint256 index);
    error QuorumNotReached(uint256 weight, uint256 total);
    error DollarsNotConserved(uint256 dollarsIn, uint256 sum);
    error PayAboveBound(uint256 pay, uint256 bound);
    error VerificationAboveBound(uint256 verification, uint256 bound);
    error RowsDoNotSumUp(uint256 sum, uint256 dollarsIn);
    error AllottedAboveBound(uint256 kind, uint256 allotted, uint256 bound);
    error AllottedDoesNotSumUp(uint256 sum, uint256 wayAllotted);
    error WrongReserve(uint256 given, uint256 expected);
    error VestedAboveAllotted(uint256 vested, uint256 allotted);
    error StipendAboveBound(uint256 stipend, uint256 bound);
    error WrongPayoutsSum(uint256 given, uint256 expected);
    error NothingToFinalize();
    error NothingSettled();
    error PayoutNotInRoot(address account);
    error NothingToClaim(address account);
    error NoRecipient(address account);
    error ClaimsAboveSettled();
    error NotGuardian(address caller);
    error PauseTooLong(uint256 seconds_);
    error PauseTooSoon(uint256 notBefore);
    error NotVoidable(bytes32 statementHash);

    constructor(Config memory c) Ownable(c.owner) EIP712("Wayleave", "1") {
        if (
            address(c.dollar) == address(0) || address(c.way) == address(0) || address(c.escrow) == address(0)
                || address(c.registry) == address(0) || c.burnAuction == address(0)
        ) revert ZeroAddress();
        if (c.epochSeconds == 0 || c.seedDelayBlocks == 0) revert ZeroDuration();
        if (c.escrow.thawSeconds() <= uint256(c.epochSeconds) + c.disputeWindowSeconds) {
            revert ThawTooShort(c.escrow.thawSeconds());
        }
        c.params.check(c.params.lambdaPerBillion);
        dollar = c.dollar;
        way = c.way;
        escrow = c.escrow;
        registry = c.registry;
        burnAuction = c.burnAuction;
        genesisTime = c.genesisTime;
        epochSeconds = c.epochSeconds;
        seedDelayBlocks = c.seedDelayBlocks;
        disputeWindowSeconds = c.disputeWindowSeconds;
        maxLambdaPerBillion = c.params.lambdaPerBillion;
        reserve = uint128(WAY_RESERVE);
        _guardian.account = c.guardian;
        _params = c.params;
        emit GuardianSet(c.guardian);
        emit ParamsSet(c.params.hash(), c.params);
    }

    // ------------------------------------------------------------------------------------------------ epochs

    /// @notice A verifier commits the head of its hash chain of reveals for an epoch. The last one before the opening
    /// counts: until then no seed is known, so changing it gains nothing.
    /// Effects: the head is stored; emits RevealCommitted.
    /// Requirements: caller is an active verifier; the epoch is not opened, nor older than one that is.
    function commitReveal(uint64 epoch, bytes32 head) external {
        if (registry.weightOf(msg.sender) == 0) revert NotActiveVerifier(msg.sender);
        if (epoch < _clock.nextEpoch) revert EpochAlreadyOpened(epoch);
        _revealHeads[epoch][msg.sender] = head;
        emit RevealCommitted(epoch, msg.sender, head);
    }

    /// @notice Opens the current epoch and fixes the block whose hash becomes its seed.
    /// Effects: the seed's block is stored; epochs up to this one can no longer be opened; emits EpochOpened.
    /// Requirements: now is inside the epoch; it is not opened yet. An epoch nobody opened in its time is skipped.
    function openEpoch(uint64 epoch) external {
        uint64 current = currentEpoch();
        if (epoch != current) revert EpochNotCurrent(epoch, current);
        if (epoch < _clock.nextEpoch) revert EpochAlreadyOpened(epoch);
        _clock.nextEpoch = SafeCast.toUint48(uint256(epoch) + 1);
        uint256 seedBlock_ = block.number + seedDelayBlocks;
        _seedBlocks[epoch] = seedBlock_;
        emit EpochOpened(epoch, seedBlock_);
    }

    /// @notice Records the seed E_n of an opened epoch.
    /// Effects: the hash of the seed's block is stored; emits SeedRecorded.
    /// Requirements: opened; the block is mined, and at most 8191 blocks old (EIP-2935); not recorded yet.
    function recordSeed(uint64 epoch) external {
        uint256 seedBlock_ = _seedBlocks[epoch];
        if (seedBlock_ == 0) revert EpochNotOpened(epoch);
        if (block.number <= seedBlock_) revert SeedBlockNotMined(seedBlock_);
        if (_seeds[epoch] != 0) revert SeedAlreadyRecorded(epoch);
        bytes32 seed_ = Blockhash.blockHash(seedBlock_);
        if (seed_ == 0) revert SeedOutOfWindow(epoch, seedBlock_);
        _seeds[epoch] = seed_;
        emit SeedRecorded(epoch, seed_);
    }

    // ------------------------------------------------------------------------------------------------ statements

    /// @notice Accepts what a quorum of verifiers computed for an epoch. Anyone may post it.
    /// Effects: takes each row from its payer's escrow; lowers the reserve by what is allotted; moves the stipend out of
    /// the pot; opens the dispute window; emits StatementPosted and StatementSources (and first finalizes the statement before, when due).
    /// Requirements: not paused; the statement before is final; the epoch is newer than the last settled, over, and its
    /// seed recorded; `previous` and `paramsHash` are ours; lists ascend and match their hashes; signers ascend, are
    /// active and hold ⅔ of the weight; and the bounds: see _checkNumbers.
    function postStatement(
        Statement calldata s,
        PayerRow[] calldata rows,
        uint256[4] calldata allottedByKind,
        bytes32[] calldata bundleHeads,
        bytes[] calldata signatures
    ) external nonReentrant {
        if (block.timestamp < _guardian.pausedUntil) {
            revert StatementPaused(_guardian.pausedUntil);
        }
        _finalizeIfDue();
        _checkLists(s, rows, allottedByKind, bundleHeads);
        bytes32 statementHash = StatementLib.structHash(s);
        address[] memory signers = _checkQuorum(_hashTypedDataV4(statementHash), signatures);
        _checkNumbers(s, allottedByKind);
        _accept(s, statementHash);
        emit StatementSources(statementHash, signers, bundleHeads, allottedByKind);
        uint256 taken = escrow.take(rows);
        if (taken != s.dollarsIn) revert RowsDoNotSumUp(taken, s.dollarsIn);
    }

    /// @notice Makes the pending statement final once its dispute window is over. Claims and the next statement do the
    /// same by themselves.
    /// Effects: its payouts become claimable; the auction's dollars are sent; vested WAY is minted to this contract; emits
    /// StatementFinalized.
    /// Requirements: a statement pends and its window is over.
    function finalize() external nonReentrant {
        if (!_finalizeIfDue()) revert NothingToFinalize();
    }

    /// @notice Adds to the pot that stipends are paid from while turnover is small.
    /// Effects: the pot grows by `amount`; emits StipendFunded.
    /// Requirements: the caller approved `amount`. What is in the pot never leaves it but as stipends.
    function fundStipend(uint256 amount) external nonReentrant {
        stipendPot += amount;
        emit StipendFunded(msg.sender, amount, stipendPot);
        IERC20(address(way)).safeTransferFrom(msg.sender, address(this), amount);
    }

    // ------------------------------------------------------------------------------------------------ claims

    /// @notice Pays what `account` earned and was not paid yet, to its registered payout address. Anyone may call.
    /// Effects: the account counts as paid up to (dollars, way); emits PayoutClaimed.
    /// Requirements: the totals are in the current or the previous final payouts tree; something is left to pay; a
    /// device's owner is known.
    function claim(address account, uint128 dollars, uint128 way_, uint256 index, ProofStep[] calldata proof)
        external
        nonReentrant
    {
        _finalizeIfDue();
        (bytes32 root, uint256 settled) = _current();
        uint256 due = _due(account, dollars, way_);
        if (due == 0) revert NothingToClaim(account);
        address recipient = registry.recipientOf(account);
        if (recipient == address(0)) revert NoRecipient(account);
        _requireProven(root, settled, account, dollars, way_, index, proof);
        _markClaimed(account, recipient, due);
        _countClaimed(settled, due);
        _pay(recipient, due);
    }

    /// @notice Claims for many accounts. Skips what is claimed already and devices without a known owner.
    /// @dev Neighbours with the same recipient are paid by one transfer: sort by recipient to save gas.
    /// Effects: as `claim` for each account not skipped.
    /// Requirements: every account not skipped is in the current or the previous final payouts tree.
    function claimBatch(Claim[] calldata claims) external nonReentrant {
        _finalizeIfDue();
        (bytes32 root, uint256 settled) = _current();
        uint256 total;
        uint256 owed;
        address owedTo;
        for (uint256 i = 0; i < claims.length; ++i) {
            Claim calldata c = claims[i];
            uint256 due = _due(c.account, c.dollars, c.way);
            if (due == 0) continue;
            address recipient = registry.recipientOf(c.account);
            if (recipient == address(0)) continue;
            _requireProven(root, settled, c.account, c.dollars, c.way, c.index, c.proof);
            _markClaimed(c.account, recipient, due);
            if (recipient != owedTo) {
                _pay(owedTo, owed);
                (owedTo, owed) = (recipient, 0);
            }
            owed = SumTree.add(owed, due);
            total = SumTree.add(total, due);
        }
        _countClaimed(settled, total);
        _pay(owedTo, owed);
    }

    // ------------------------------------------------------------------------------------------------ governance

    /// @notice Changes the parameters. Statements posted from now on must name their hash.
    /// Effects: the parameters change; emits ParamsSet.
    /// Requirements: caller is the owner; shares sum to BPS, burn and verification within bounds, weights sum to at most
    /// BPS, λ at most what it was at deployment.
    function setParams(Params calldata p) external onlyOwner {
        Params memory checked = p;
        checked.check(maxLambdaPerBillion);
        _params = checked;
        emit ParamsSet(checked.hash(), checked);
    }

    /// @notice Names who may pause statements; zero: nobody.
    /// Effects: the guardian changes; a pause under way goes on; emits GuardianSet.
    /// Requirements: caller is the owner.
    function setGuardian(address guardian_) external onlyOwner {
        _guardian.account = guardian_;
        emit GuardianSet(guardian_);
    }

    /// @notice Stops new statements for at most MAX_PAUSE_SECONDS. Claims and withdrawals go on.
    /// Effects: postStatement reverts until then; emits Paused.
    /// Requirements: caller is the guardian; the last pause ended at least MAX_PAUSE_SECONDS ago.
    function pause(uint64 seconds_) external {
        Guardian storage g = _guardian;
        if (msg.sender != g.account) revert NotGuardian(msg.sender);
        if (seconds_ > MAX_PAUSE_SECONDS) revert PauseTooLong(seconds_);
        if (g.pausedUntil != 0 && block.timestamp < g.pausedUntil + MAX_PAUSE_SECONDS) {
            revert PauseTooSoon(g.pausedUntil + MAX_PAUSE_SECONDS);
        }
        g.pausedUntil = SafeCast.toUint64(block.timestamp + seconds_);
        emit Paused(g.pausedUntil);
    }

    /// @notice Ends a pause early.
    /// Effects: statements are accepted again; emits Paused with now.
    /// Requirements: caller is the guardian; a pause is under way.
    function unpause() external {
        Guardian storage g = _guardian;
        if (msg.sender != g.account) revert NotGuardian(msg.sender);
        if (block.timestamp >= g.pausedUntil) revert PauseTooSoon(g.pausedUntil);
        g.pausedUntil = SafeCast.toUint64(block.timestamp);
        emit Paused(g.pausedUntil);
    }

    // ------------------------------------------------------------------------------------------------ views

    /// @notice The epoch that is now.
    function currentEpoch() public view returns (uint64) {
        if (block.timestamp < genesisTime) revert NotStarted(genesisTime);
        return uint64((block.timestamp - genesisTime) / epochSeconds);
    }

    /// @notice The block whose hash is the epoch's seed; 0 while not opened.
    function seedBlock(uint64 epoch) external view returns (uint256) {
        return _seedBlocks[epoch];
    }

    /// @notice E_n; 0 while not recorded.
    function seed(uint64 epoch) external view returns (bytes32) {
        return _seeds[epoch];
    }

    function revealHead(uint64 epoch, address verifier) external view returns (bytes32) {
        return _revealHeads[epoch][verifier];
    }

    function params() external view returns (Params memory) {
        return _params;
    }

    function paramsHash() external view returns (bytes32) {
        Params memory p = _params;
        return p.hash();
    }

    /// @notice Who may pause, and until when statements are paused (unix seconds).
    function guardian() external view returns (address account, uint64 pausedUntil) {
        return (_guardian.account, _guardian.pausedUntil);
    }

    /// @notice The lowest epochs that may still be opened and settled, how many statements were accepted and are counted
    /// as final, and when the last one is final (unix seconds).
    function clock() external view returns (Clock memory) {
        return _clock;
    }

    /// @notice The last accepted statement, pending or final; all zero when there is none.
    function latest() external view returns (Outcome memory outcome, bool isFinal) {
        Clock memory c = _clock;
        if (c.accepted == 0) return (outcome, false);
        isFinal = c.accepted == c.finalized || block.timestamp >= c.finalAt;
        return (_outcomes[(uint256(c.accepted) - 1) % RING], isFinal);
    }

    /// @notice The two outcomes that can be claimed from now, newest first; all zero where there is none.
    function claimable() external view returns (Outcome memory current, Outcome memory previous) {
        Clock memory c = _clock;
        uint256 count = block.timestamp >= c.finalAt ? c.accepted : c.finalized;
        if (count >= 1) current = _outcomes[(count - 1) % RING];
        if (count >= 2) previous = _outcomes[(count - 2) % RING];
    }

    /// @notice What was paid for an account so far: µ$ and WAY.
    function claimed(address account) external view returns (uint256 dollars, uint256 wayAmount) {
        return (_claimed[account] >> 128, _claimed[account] & SumTree.LOW);
    }

    /// @notice What was paid to everybody so far: µ$ and WAY.
    function claimedTotal() external view returns (uint256 dollars, uint256 wayAmount) {
        return (_claimedTotal >> 128, _claimedTotal & SumTree.LOW);
    }

    /// @notice The EIP-712 digest that verifiers sign.
    function statementDigest(Statement calldata s) external view returns (bytes32) {
        return _hashTypedDataV4(StatementLib.structHash(s));
    }

    /// @notice The EIP-712 domain separator: name Wayleave, version 1.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    // ------------------------------------------------------------------------------------------------ checks

    function _checkNumbers(Statement calldata s, uint256[4] calldata allottedByKind) private view {
        Clock memory c = _clock;
        if (c.accepted != c.finalized) revert PreviousStatementPending(c.finalAt);
        Outcome memory last;
        if (c.accepted != 0) last = _outcomes[(uint256(c.accepted) - 1) % RING];
        Params memory p = _params;
        _checkPlace(s, c, last.statementHash, p);
        _checkDollars(s, p);
        _checkWay(s, allottedByKind, p);
        _checkPayoutsSum(s, last.payoutsSum);
    }

    function _checkPlace(Statement calldata s, Clock memory c, bytes32 previous, Params memory p) private view {
        if (s.epoch < c.nextStatement) revert EpochAlreadySettled(s.epoch, c.nextStatement);
        if (block.timestamp < uint256(genesisTime) + (uint256(s.epoch) + 1) * epochSeconds) {
            revert EpochNotEnded(s.epoch);
        }
        if (_seeds[s.epoch] == 0) revert SeedNotRecorded(s.epoch);
        if (s.previous != previous) revert WrongPrevious(s.previous, previous);
        bytes32 ours = p.hash();
        if (s.paramsHash != ours) revert WrongParams(s.paramsHash, ours);
        if (s.registryBlock > block.number) revert RegistryBlockInFuture(s.registryBlock);
    }

    function _checkLists(
        Statement calldata s,
        PayerRow[] calldata rows,
        uint256[4] calldata allottedByKind,
        bytes32[] calldata bundleHeads
    ) private pure {
        for (uint256 i = 1; i < bundleHeads.length; ++i) {
            if (bundleHeads[i] <= bundleHeads[i - 1]) revert BundleHeadsNotAscending(i);
        }
        bytes32 actual = keccak256(abi.encode(bundleHeads));
        if (s.bundleHeadsHash != actual) revert WrongBundleHeads(s.bundleHeadsHash, actual);
        actual = keccak256(abi.encode(rows));
        if (s.payerRowsHash != actual) revert WrongPayerRows(s.payerRowsHash, actual);
        actual = keccak256(abi.encode(allottedByKind));
        if (s.allottedByKindHash != actual) revert WrongAllottedByKind(s.allottedByKindHash, actual);
    }

    /// @dev Dollars: everything that came in is accounted for, and what is paid out stays ⌈μ·in⌉ below it, whoever signs.
    function _checkDollars(Statement calldata s, Params memory p) private pure {
        uint256 pay = s.devicesDollars + s.verificationDollars;
        if (pay + s.auctionDollars != s.dollarsIn) revert DollarsNotConserved(s.dollarsIn, pay + s.auctionDollars);
        uint256 bound = s.dollarsIn - ParamsLib.shareUp(s.dollarsIn, p.burnBps);
        if (pay > bound) revert PayAboveBound(pay, bound);
        bound = ParamsLib.shareDown(s.dollarsIn, p.verificationBps);
        if (s.verificationDollars > bound) revert VerificationAboveBound(s.verificationDollars, bound);
    }

    /// @dev WAY: each kind's allotment within its part of C, the reserve falls by exactly that, and never more vests than
    /// was allotted.
    function _checkWay(Statement calldata s, uint256[4] calldata allottedByKind, Params memory p) private view {
        uint256 left = reserve;
        uint256 capacity = ParamsLib.capacityDown(left, p.lambdaPerBillion);
        uint256 sum;
        for (uint256 kind = 0; kind < 4; ++kind) {
            uint256 bound = ParamsLib.shareDown(capacity, p.weightBps[kind]);
            if (allottedByKind[kind] > bound) revert AllottedAboveBound(kind, allottedByKind[kind], bound);
            sum += allottedByKind[kind];
        }
        if (sum != s.wayAllotted) revert AllottedDoesNotSumUp(sum, s.wayAllotted);
        if (s.reserveAfter != left - sum) revert WrongReserve(s.reserveAfter, left - sum);
        uint256 vested = vestedTotal + s.wayVested;
        uint256 allotted = WAY_RESERVE - s.reserveAfter;
        if (vested > allotted) revert VestedAboveAllotted(vested, allotted);
        uint256 stipendBound = p.stipendPerEpoch < stipendPot ? p.stipendPerEpoch : stipendPot;
        if (s.stipendWay > stipendBound) revert StipendAboveBound(s.stipendWay, stipendBound);
    }

    /// @dev Both cumulative sums grow by exactly what this epoch pays.
    function _checkPayoutsSum(Statement calldata s, uint256 lastSum) private pure {
        uint256 dollars = (lastSum >> 128) + s.devicesDollars + s.verificationDollars;
        uint256 wayAmount = (lastSum & SumTree.LOW) + s.wayVested + s.stipendWay;
        uint256 expected = SumTree.pack(SafeCast.toUint128(dollars), SafeCast.toUint128(wayAmount));
        if (s.payoutsSum != expected) revert WrongPayoutsSum(s.payoutsSum, expected);
    }

    /// @dev At least ⅔ of the active weight, by distinct active verifiers.
    function _checkQuorum(bytes32 digest, bytes[] calldata signatures) private view returns (address[] memory signers) {
        signers = new address[](signatures.length);
        address last;
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = ECDSA.recoverCalldata(digest, signatures[i]);
            if (signer <= last) revert SignersNotAscending(i);
            signers[i] = last = signer;
        }
        (uint256 weight, uint256 total) = registry.weigh(signers);
        if (total == 0 || weight * 3 < total * 2) revert QuorumNotReached(weight, total);
    }

    // ------------------------------------------------------------------------------------------------ effects

    function _accept(Statement calldata s, bytes32 statementHash) private {
        Clock memory c = _clock;
        uint48 finalAt = SafeCast.toUint48(block.timestamp + disputeWindowSeconds);
        Outcome storage slot = _outcomes[uint256(c.accepted) % RING];
        slot.statementHash = statementHash;
        slot.payoutsRoot = s.payoutsRoot;
        slot.payoutsSum = s.payoutsSum;
        reserve = SafeCast.toUint128(s.reserveAfter);
        vestedTotal += SafeCast.toUint128(s.wayVested);
        if (s.stipendWay != 0) stipendPot -= s.stipendWay;
        _deferred = Deferred(SafeCast.toUint128(s.auctionDollars), SafeCast.toUint128(s.wayVested));
        c.nextStatement = SafeCast.toUint48(uint256(s.epoch) + 1);
        c.accepted += 1;
        c.finalAt = finalAt;
        _clock = c;
        emit StatementPosted(s.epoch, statementHash, finalAt, s);
    }

    function _finalizeIfDue() private returns (bool done) {
        Clock memory c = _clock;
        if (c.accepted == c.finalized || block.timestamp < c.finalAt) return false;
        c.finalized = c.accepted;
        _clock = c;
        Deferred memory deferred = _deferred;
        Outcome storage outcome = _outcomes[(uint256(c.accepted) - 1) % RING];
        emit StatementFinalized(outcome.statementHash, outcome.payoutsRoot, outcome.payoutsSum);
        if (deferred.wayToMint != 0) way.mint(address(this), deferred.wayToMint);
        if (deferred.auctionDollars != 0) dollar.safeTransfer(burnAuction, deferred.auctionDollars);
        return true;
    }

    /// @dev The seam for disputes: takes the pending statement back as if it had never been posted, and its epoch can be
    /// settled again. A dispute function proves a fault, calls this and slashes the signers.
    function _void(Statement calldata s, PayerRow[] calldata rows) internal {
        Clock memory c = _clock;
        bytes32 statementHash = StatementLib.structHash(s);
        if (
            c.accepted == c.finalized || block.timestamp >= c.finalAt
                || _outcomes[(uint256(c.accepted) - 1) % RING].statementHash != statementHash
        ) revert NotVoidable(statementHash);
        bytes32 actual = keccak256(abi.encode(rows));
        if (s.payerRowsHash != actual) revert WrongPayerRows(s.payerRowsHash, actual);

        c.accepted -= 1;
        c.nextStatement = uint48(s.epoch);
        _clock = c;
        reserve += uint128(s.wayAllotted);
        vestedTotal -= uint128(s.wayVested);
        stipendPot += s.stipendWay;
        emit StatementVoided(s.epoch, statementHash);
        dollar.forceApprove(address(escrow), s.dollarsIn);
        escrow.putBack(rows);
    }

    /// @dev The newest final payouts tree: its root and its sum, which is all that may ever be claimed so far.
    function _current() private view returns (bytes32 root, uint256 settled) {
        uint256 count = _clock.finalized;
        if (count == 0) revert NothingSettled();
        Outcome storage current = _outcomes[(count - 1) % RING];
        return (current.payoutsRoot, current.payoutsSum);
    }

    /// @dev What is left of these cumulative totals, packed; an older total than was claimed leaves nothing.
    function _due(address account, uint128 dollars, uint128 way_) private view returns (uint256) {
        uint256 before = _claimed[account];
        uint256 paidDollars = before >> 128;
        uint256 paidWay = before & SumTree.LOW;
        unchecked {
            return SumTree.pack(dollars > paidDollars ? dollars - paidDollars : 0, way_ > paidWay ? way_ - paidWay : 0);
        }
    }

    /// @dev `root` and `settled` are the newest final tree's; the one before is looked up only when they do not match.
    function _requireProven(
        bytes32 root,
        uint256 settled,
        address account,
        uint128 dollars,
        uint128 way_,
        uint256 index,
        ProofStep[] calldata proof
    ) private view {
        (bytes32 proven, uint256 sum) = SumTree.rootFrom(
            SumTree.payoutLeaf(account, dollars, way_), SumTree.pack(dollars, way_), index, proof
        );
        if (proven == root && sum == settled) return;
        uint256 count = _clock.finalized;
        if (count < 2) revert PayoutNotInRoot(account);
        Outcome storage previous = _outcomes[(count - 2) % RING];
        if (proven != previous.payoutsRoot || sum != previous.payoutsSum) revert PayoutNotInRoot(account);
    }

    function _markClaimed(address account, address recipient, uint256 due) private {
        _claimed[account] = SumTree.add(_claimed[account], due);
        emit PayoutClaimed(account, recipient, due >> 128, due & SumTree.LOW);
    }

    /// @dev Whatever trees a quorum signs, never more is paid than was settled.
    function _countClaimed(uint256 settled, uint256 due) private {
        uint256 total = SumTree.add(_claimedTotal, due);
        if (total >> 128 > settled >> 128 || total & SumTree.LOW > settled & SumTree.LOW) revert ClaimsAboveSettled();
        _claimedTotal = total;
    }

    function _pay(address recipient, uint256 due) private {
        uint256 dollars = due >> 128;
        uint256 wayAmount = due & SumTree.LOW;
        if (dollars != 0) dollar.safeTransfer(recipient, dollars);
        if (wayAmount != 0) IERC20(address(way)).safeTransfer(recipient, wayAmount);
    }
}
