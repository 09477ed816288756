// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {Registry} from "./Registry.sol";

/// @title Epochs: when each begins, and the seed that nobody knew before
/// @notice Verifiers commit to their reveals, anyone opens the epoch, and a later block's hash is its seed E_n: who
/// committed could not know it, and who knows it cannot change what was committed.
abstract contract Epochs {
    Registry public immutable registry;
    uint64 public immutable genesisTime;
    uint64 public immutable epochSeconds;
    uint64 public immutable seedDelayBlocks;

    /// @dev The lowest epoch that may still be opened.
    uint64 internal _nextEpoch;

    mapping(uint256 epoch => uint256) private _seedBlocks;
    mapping(uint256 epoch => bytes32) internal _seeds;
    mapping(uint256 epoch => mapping(address verifier => bytes32)) private _revealHeads;

    event RevealCommitted(uint64 indexed epoch, address indexed verifier, bytes32 head);
    event EpochOpened(uint64 indexed epoch, uint256 seedBlock);
    event SeedRecorded(uint64 indexed epoch, bytes32 seed);

    error ZeroDuration();
    error NotActiveVerifier(address account);
    error EpochAlreadyOpened(uint64 epoch);
    error EpochNotCurrent(uint64 epoch, uint64 current);
    error EpochNotOpened(uint64 epoch);
    error NotStarted(uint64 genesisTime);
    error SeedBlockNotMined(uint256 seedBlock);
    error SeedAlreadyRecorded(uint64 epoch);
    error SeedOutOfWindow(uint64 epoch, uint256 seedBlock);

    constructor(Registry registry_, uint64 genesisTime_, uint64 epochSeconds_, uint64 seedDelayBlocks_) {
        if (epochSeconds_ == 0 || seedDelayBlocks_ == 0) revert ZeroDuration();
        registry = registry_;
        genesisTime = genesisTime_;
        epochSeconds = epochSeconds_;
        seedDelayBlocks = seedDelayBlocks_;
    }

    /// @notice A verifier commits the head of its hash chain of reveals for an epoch. The last one before the opening
    /// counts: until then no seed is known, so changing it gains nothing.
    /// Effects: the head is stored; emits RevealCommitted.
    /// Requirements: caller is an active verifier; the epoch is not opened, nor older than one that is.
    function commitReveal(uint64 epoch, bytes32 head) external {
        if (registry.weightOf(msg.sender) == 0) revert NotActiveVerifier(msg.sender);
        if (epoch < _nextEpoch) revert EpochAlreadyOpened(epoch);
        _revealHeads[epoch][msg.sender] = head;
        emit RevealCommitted(epoch, msg.sender, head);
    }

    /// @notice Opens the current epoch and fixes the block whose hash becomes its seed.
    /// Effects: the seed's block is stored; epochs up to this one can no longer be opened; emits EpochOpened.
    /// Requirements: now is inside the epoch; it is not opened yet. An epoch nobody opened in its time is skipped.
    function openEpoch(uint64 epoch) external {
        uint64 current = currentEpoch();
        if (epoch != current) revert EpochNotCurrent(epoch, current);
        if (epoch < _nextEpoch) revert EpochAlreadyOpened(epoch);
        _nextEpoch = epoch + 1;
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
}
